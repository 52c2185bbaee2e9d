import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CallOptions, ContainerEngine } from '../drivers/container-engine.ts'
import { temporaryNameFor, writeWhole } from '../util/write-whole.ts'
import { type ArchivedImage, formatManifest, manifestName, parseManifest } from './archive-manifest.ts'
import { fileDigest } from './file-digest.ts'

/** An image of this run that is to be archived. */
export type ImageToArchive = Omit<ArchivedImage, 'file' | 'bytes' | 'sha256'>

/** There is no secret in an archive, and another user may be the one who loads it. */
const sharedMode = 0o644

/**
 * Writes one tar per image and the manifest into a directory, which is made if need be; images of other names that
 * are in it already stay. Every file is there whole or not at all. One writer at a time. Rejects with what the engine
 * rejects with, or with the file system's error.
 */
export async function writeArchive(
  directory: string,
  images: readonly ImageToArchive[],
  engine: Pick<ContainerEngine, 'save'>,
  options: CallOptions = {},
): Promise<readonly ArchivedImage[]> {
  mkdirSync(directory, { recursive: true })
  const staged: StagedImage[] = []
  try {
    for (const image of images) staged.push(await stage(directory, image, engine, options))
    for (const { temporary, archived } of staged) renameSync(temporary, join(directory, archived.file))
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true })
  }
  const before = imagesIn(directory)
  const kept = before.filter(({ name }) => !images.some((image) => image.name === name))
  const all = [...kept, ...staged.map(({ archived }) => archived)]
  writeWhole(join(directory, manifestName), formatManifest(all), sharedMode)
  const files = new Set(all.map(({ file }) => file))
  for (const { file } of before) if (!files.has(file)) rmSync(join(directory, file), { force: true })
  return staged.map(({ archived }) => archived)
}

interface StagedImage {
  /** Where it is until all are there. */
  readonly temporary: string
  readonly archived: ArchivedImage
}

async function stage(
  directory: string,
  image: ImageToArchive,
  engine: Pick<ContainerEngine, 'save'>,
  options: CallOptions,
): Promise<StagedImage> {
  // With the fingerprint: until the manifest is replaced, what it speaks of is still there.
  const file = `${image.name}-${image.fingerprint.slice(0, 12)}.tar`
  const temporary = temporaryNameFor(join(directory, file))
  try {
    await engine.save([image.reference], temporary, options)
    const { size } = statSync(temporary, { bigint: true })
    const sha256 = await fileDigest(temporary, size)
    return { temporary, archived: { ...image, file, bytes: Number(size), sha256 } }
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** What a manifest that cannot be read speaks of is not known: its files stay, and are nobody's. */
function imagesIn(directory: string): readonly ArchivedImage[] {
  try {
    const manifest = parseManifest(readFileSync(join(directory, manifestName), 'utf8'))
    return 'images' in manifest ? manifest.images : []
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
