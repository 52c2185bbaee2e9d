import { relative } from 'node:path'
import type { BuiltImage } from '../config/config.ts'
import type { TaskContext } from '../engine/task-context.ts'
import { ArchiveError, loadFromArchive } from '../images/load-archive.ts'
import { parseReference } from '../util/image-reference.ts'
import { describing, taskError } from './failure.ts'
import type { ImageScope } from './run-scope.ts'

/**
 * Has an image from the archive directory under a name of this run, when it is in there (I7). One that says what it
 * was built from must have been built from the same; otherwise it is told, and `undefined`, and the image is built.
 */
export async function unpackImage(
  image: BuiltImage,
  reference: string,
  fingerprint: string,
  scope: ImageScope,
  context: TaskContext,
): Promise<string | undefined> {
  const entry = scope.choices.archive?.get(parseReference(image.repository).repository)
  if (entry === undefined) return undefined
  const file = relative(scope.config.root, entry.file)
  const wanted = entry.written?.fingerprint ?? fingerprint
  if (wanted !== fingerprint) {
    context.output('info', `${file} was built from something else; building`)
    return undefined
  }
  context.progress(`loading ${file}`)
  const load = loadFromArchive(entry, reference, scope.engine, {
    signal: context.signal,
    onLine: context.output,
  })
  try {
    return await describing(load, () => ({
      code: 'E_ARCHIVE_FAILED',
      message: `${image.name} could not be loaded from ${file}`,
    }))
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error
    const { message, hint } = error
    throw taskError({ code: 'E_ARCHIVE_FAILED', message, where: file, hint }, { cause: error })
  }
}
