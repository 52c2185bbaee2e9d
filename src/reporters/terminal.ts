/** Where a reporter writes to, and what it can do there. Size may change at any time. */
export interface Terminal {
  write(text: string): void
  readonly columns: number
  readonly rows: number
  readonly isTTY: boolean
  /** Whether colours are wanted. */
  readonly color: boolean
}

interface OutputStream {
  write(text: string): unknown
  readonly columns?: number
  readonly rows?: number
  readonly isTTY?: boolean
}

/**
 * A stream as a terminal. Colours follow `FORCE_COLOR` and `NO_COLOR`, then whether it is one, or a log that shows
 * them; the size of what is none is 80 by 24.
 */
export function terminalOn(
  stream: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
  { isColorLog = false }: { readonly isColorLog?: boolean } = {},
): Terminal {
  const isTTY = stream.isTTY === true
  return {
    write: (text) => {
      stream.write(text)
    },
    get columns() {
      return stream.columns || 80
    },
    get rows() {
      return stream.rows || 24
    },
    isTTY,
    color: isColorWanted(env, isTTY || isColorLog),
  }
}

function isColorWanted(env: Readonly<Record<string, string | undefined>>, showsColor: boolean): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return showsColor && !env.NO_COLOR && env.TERM !== 'dumb'
}
