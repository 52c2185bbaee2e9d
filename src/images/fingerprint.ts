import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ContextFile, contextFiles } from './context-files.ts'
import { ContextHashes, type FileHashCache } from './file-hash-cache.ts'

/** Raised when the fingerprint of the same inputs changes, so that no image of an older Kindling is taken for a hit. */
const version = 4
/** Files read at the same time: what keeps a disk busy, and far below the limit of open files. */
const readsAtOnce = 16

export interface FingerprintInputs {
  readonly dockerfile: string
  readonly context: string
  readonly target?: string | undefined
  readonly platform?: string | undefined
  /** With the fingerprints of our own images in place of their references, which change with every tag. */
  readonly args: Readonly<Record<string, string>>
  /** What it is built on: names with IDs or fingerprints. */
  readonly bases: Readonly<Record<string, string>>
  /** Ids of its secrets; their values are nobody's business, and end up in no layer. */
  readonly secrets: readonly string[]
  readonly engine: string
}

export interface BuildFingerprint {
  /** SHA-256, in hex. */
  readonly fingerprint: string
  /** The context after its ignore file: what the engine is sent. */
  readonly contextFiles: number
  readonly contextBytes: number
}

/**
 * A hash over everything that decides an image's content: same fingerprint, same image. When in doubt an input
 * counts, since a stale hit is worse than a build. With a cache, only those files are read that may have changed.
 */
export async function fingerprintBuild(
  inputs: FingerprintInputs,
  cache?: FileHashCache,
): Promise<BuildFingerprint> {
  const { dockerfile, context, target, platform, args, bases, secrets, engine } = inputs
  const seen = contextFiles(context, dockerfile)
  const files = seen.filter((file) => file.kind === 'file')
  const digests = await digestsOf(files, cache?.of(context) ?? new ContextHashes(context))
  cache?.save()

  const fields = [
    JSON.stringify([
      ...[version, engine, target ?? null, platform ?? null],
      ...[sorted(args), sorted(bases), [...secrets].sort()],
    ]),
  ]
  // No field holds a NUL, and the kind tells how many follow: nothing can be read in two ways.
  fields.push('dockerfile', createHash('sha256').update(readFileSync(dockerfile)).digest('hex'))
  for (const file of seen) {
    fields.push(file.kind, file.path)
    if (file.kind === 'link') fields.push(file.target)
    // What cannot be looked at may have changed.
    else if (file.kind === 'unknown') fields.push(randomUUID())
    // The permission bits are copied into the image; owner and times are not.
    else fields.push((file.stats.mode & 0o7777n).toString(8))
    if (file.kind === 'file') fields.push(digests.get(file.path) ?? '')
  }
  return {
    fingerprint: createHash('sha256').update(fields.join('\0')).digest('hex'),
    contextFiles: files.length,
    contextBytes: Number(files.reduce((sum, { stats }) => sum + stats.size, 0n)),
  }
}

async function digestsOf(
  files: readonly ContextFile[],
  hashes: ContextHashes,
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>()
  const rest = files.values()
  const work = async () => {
    for (const { path, stats } of rest) {
      const digest = hashes.digest(path, stats)
      // To wait for what is there already would cost more than to look it up.
      digests.set(path, typeof digest === 'string' ? digest : await digest)
    }
  }
  await Promise.all(Array.from({ length: readsAtOnce }, work))
  return digests
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
