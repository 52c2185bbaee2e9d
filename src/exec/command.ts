/** What to run, as a value: it can be printed, compared and recorded. No shell is ever involved. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Added to the environment of this process; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/

function quote(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** The command as it can be pasted into a POSIX shell; its environment is left out, since it may hold secrets. */
export function formatCommand(command: Command): string {
  return [command.program, ...command.args].map(quote).join(' ')
}
