/** Whether something failed because a file could not be written, whose disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown): error is NodeJS.ErrnoException {
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT' || (cause !== undefined && isDiskFull(cause))
}

/** What to do about it. */
export const diskFullHint =
  'make room on the disks of the repository, of the state directory (`KINDLING_STATE_DIR`) and of `TMPDIR`; `kindling gc` then removes what this run has left'
