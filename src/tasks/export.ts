import type { BuiltImage } from '../config/config.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { type ImageToArchive, writeArchive } from '../images/write-archive.ts'
import { formatBytes } from '../util/bytes.ts'
import { localPlatform, platformName } from '../util/platform.ts'
import { platformOf } from './build-inputs.ts'
import { taskError } from './failure.ts'
import type { ImageScope } from './run-scope.ts'

/** Writes the images of this run to a directory, for others to load; of several platforms the one of this machine. */
export async function exportImages(
  directory: string,
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  const images = [...scope.config.images.values()].flatMap((image) =>
    image.kind === 'built' ? (archivable(image, scope) ?? []) : [],
  )
  context.progress(`writing ${images.length === 1 ? '1 image' : `${images.length} images`} to ${directory}`)
  try {
    const options = { signal: context.signal, onLine: context.output }
    const written = await writeArchive(directory, images, scope.engine, options)
    const bytes = written.reduce((sum, image) => sum + image.bytes, 0)
    context.output('info', `wrote ${formatBytes(bytes)} to ${directory}`)
    return { outcome: 'succeeded', outputs: { directory, bytes } }
  } catch (error) {
    const failure = exportFailure(directory, error)
    if (failure === undefined) throw error
    throw failure
  }
}

function archivable(image: BuiltImage, scope: ImageScope): ImageToArchive | undefined {
  const { name, repository } = image
  const provided = scope.provided.get(name)
  if (provided === undefined) return undefined
  const several = [...scope.provided.keys()]
    .filter((subject) => subject.startsWith(`${name}@`))
    .map((subject) => subject.slice(name.length + 1))
  const platform = localPlatform(several) ?? platformOf(image, scope)
  // The common name has no build of its own: what is here by it is the part for this machine.
  const { fingerprint } = scope.provided.get(platformName(name, platform)) ?? provided
  const { reference, id } = provided
  return { name, repository, reference, id, fingerprint, ...(platform === undefined ? {} : { platform }) }
}

/** What the file system says, and podman in its words; anything else is a bug. */
function exportFailure(directory: string, error: unknown): Error | undefined {
  const message = `the images could not be written to ${directory}`
  if (error instanceof CommandError) {
    const { where, tail } = error
    const detail = tail || error.message
    return taskError({ code: 'E_EXPORT_FAILED', message, where, detail, ...hintOf(detail) }, { cause: error })
  }
  if (!(error instanceof Error) || !('syscall' in error)) return undefined
  return taskError({ code: 'E_EXPORT_FAILED', message, detail: error.message, ...hintOf(error.message) })
}

function hintOf(detail: string): { readonly hint: string } {
  if (/ENOSPC|EDQUOT|no space left|quota exceeded/i.test(detail)) {
    return { hint: 'make room there, or name a directory on another file system' }
  }
  return {
    hint: 'name a directory that this user may write to, or may make; the images are built, and what is unchanged is not built again',
  }
}
