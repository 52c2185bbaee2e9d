/** How files that containers write when they end are collected. */
export interface Collection {
  /** A private directory of this machine; each pod gets a directory in it. */
  readonly to: string
  /** How long a program may take to end before it is killed. */
  readonly graceSeconds: number
  /**
   * Whether the containers are to run again afterwards. Then what was collected is removed from where it was, so that it
   * is not collected twice.
   */
  readonly isResumed: boolean
  /** Files that programs have written at their start, and need: they stay. Patterns of the shell. */
  readonly staying: readonly string[]
}

/** Arguments of `find` that delete the files below a directory, but for those that stay. */
export function deletionArgs(directory: string, staying: readonly string[]): string[] {
  const others = staying.flatMap((pattern) => ['!', '-name', pattern])
  return [directory, '-type', 'f', ...others, '-delete']
}
