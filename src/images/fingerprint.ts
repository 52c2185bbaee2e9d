import { createHash, type Hash } from 'node:crypto'
import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { contextFiles } from './context-files.ts'

/** Raised when the fingerprint of the same inputs changes, so that no image of an older Kindling is taken for a hit. */
const version = 2

export interface FingerprintInputs {
  readonly dockerfile: string
  readonly context: string
  readonly target?: string | undefined
  readonly platform?: string | undefined
  /** With the fingerprints of our own images in place of their references, which change with every tag. */
  readonly args: Readonly<Record<string, string>>
  /** What it is built on: names with IDs or fingerprints. */
  readonly bases: Readonly<Record<string, string>>
  readonly engine: string
}

/**
 * SHA-256, in hex, over everything that decides an image's content: same fingerprint, same image. When in doubt an
 * input counts, since a stale hit is worse than a build.
 */
export function fingerprintBuild(inputs: FingerprintInputs): string {
  const { dockerfile, context, ...rest } = inputs
  const hash = createHash('sha256')
  addField(
    hash,
    'inputs',
    JSON.stringify([version, sorted(rest.args), sorted(rest.bases), rest.target ?? null]),
  )
  addField(hash, 'engine', `${rest.engine} ${rest.platform ?? ''}`)
  addField(hash, 'dockerfile', readFileSync(dockerfile))
  for (const file of contextFiles(context, dockerfile)) {
    const path = join(context, file.path)
    if (file.kind === 'link') {
      addField(hash, `link ${file.path}`, readlinkSync(path))
      continue
    }
    // The permission bits are copied into the image; owner and times are not.
    const mode = (statSync(path).mode & 0o777).toString(8)
    addField(hash, `${file.kind} ${file.path} ${mode}`, file.kind === 'file' ? readFileSync(path) : '')
  }
  return hash.digest('hex')
}

/** Lengths keep neighbouring fields apart: `ab`+`c` is not `a`+`bc`. */
function addField(hash: Hash, name: string, content: string | Buffer): void {
  hash.update(`${name}\0${Buffer.byteLength(content)}\0`).update(content)
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
