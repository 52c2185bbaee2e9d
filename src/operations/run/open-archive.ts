import { Tar } from '../../drivers/tar.ts'
import type { Exec } from '../../exec/exec.ts'
import { type ArchiveEntry, readArchive } from '../../images/read-archive.ts'
import { throwIfInvalid } from '../operation-error.ts'

/** The images of an archive directory, by repository. Throws `InvalidInput` with everything that is wrong with it. */
export async function openArchive(directory: string, exec: Exec): Promise<ReadonlyMap<string, ArchiveEntry>> {
  const { entries, problems } = await readArchive(directory, new Tar(exec))
  throwIfInvalid(
    problems.map(({ severity, file, message, hint }) => ({
      code: 'E_ARCHIVE_INVALID',
      severity,
      message: `${message} (${file})`,
      hint,
    })),
  )
  return entries
}
