/** Whether a file or directory could not be made, written or read because the system does not let this user do so. */
export function isAccessRefused(error: unknown): error is NodeJS.ErrnoException & { readonly path: string } {
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException
  if (path === undefined) return false
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return true
  // A file stands where a directory is to be.
  return syscall === 'mkdir' && (code === 'EEXIST' || code === 'ENOTDIR')
}
