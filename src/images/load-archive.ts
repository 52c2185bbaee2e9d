import { statSync } from 'node:fs'
import type { CallOptions, ContainerEngine } from '../drivers/container-engine.ts'
import { localRepository, tryParseReference } from '../util/image-reference.ts'
import { fileDigest } from './file-digest.ts'
import type { ArchiveEntry } from './read-archive.ts'

type LoadingEngine = Pick<ContainerEngine, 'load' | 'tag' | 'imageId' | 'removeImage'>

/** An archive that does not hold what it promises. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
  /** Absolute path. */
  readonly file: string
  readonly hint: string

  constructor(file: string, message: string, hint: string) {
    super(message)
    this.file = file
    this.hint = hint
  }
}

/**
 * Has an archived image in the engine under `reference`, and resolves with its ID. The names it has in the tar are
 * given to nobody: where an image here has one of them, it keeps it. An image that is here already is not loaded
 * again. Rejects with `ArchiveError` when the file is damaged or holds another image, and with the engine's errors.
 */
export async function loadFromArchive(
  entry: ArchiveEntry,
  reference: string,
  engine: LoadingEngine,
  options: CallOptions = {},
): Promise<string> {
  const { written } = entry
  const known = written === undefined ? undefined : await engine.imageId(written.id, options)
  const id = known ?? (await load(entry, reference, engine, options))
  if (known !== undefined) await engine.tag(id, reference, options)
  return id
}

async function load(
  entry: ArchiveEntry,
  reference: string,
  engine: LoadingEngine,
  options: CallOptions,
): Promise<string> {
  await checkFile(entry)
  const before = new Map<string, string | undefined>()
  for (const name of entry.names) before.set(keyOf(name), await engine.imageId(name, options))
  const loaded = await engine.load(entry.file, options)
  try {
    // By its ID where that is known: another process may be loading the same file, and take the name away.
    const name = entry.written?.id ?? loaded.find((one) => keyOf(one) === keyOf(entry.reference))
    const id = name === undefined ? undefined : await engine.imageId(name, options)
    if (id === undefined) {
      throw new ArchiveError(
        entry.file,
        `the tar holds another image than ${entry.written?.id ?? entry.reference}`,
        'write the archive again; it may have been put together from several',
      )
    }
    await engine.tag(id, reference, options)
    return id
  } finally {
    for (const name of loaded) {
      const owner = before.get(keyOf(name))
      if (owner !== undefined) await engine.tag(owner, name, options)
      else if (name !== reference) await engine.removeImage(name, options)
    }
  }
}

async function checkFile({ file, written }: ArchiveEntry): Promise<void> {
  if (written === undefined) return
  const size = statSync(file, { bigint: true, throwIfNoEntry: false })?.size ?? 0n
  const actual = await fileDigest(file, size)
  if (actual === written.sha256) return
  throw new ArchiveError(
    file,
    `the tar of image \`${written.name}\` is damaged: its SHA-256 is ${actual || 'none'} instead of ${written.sha256}`,
    'copy the archive again, or write it again',
  )
}

/** Engines print names in full that a tar has in short. */
function keyOf(name: string): string {
  const reference = tryParseReference(name)
  return reference === undefined ? name : `${localRepository(reference)}:${reference.tag ?? 'latest'}`
}
