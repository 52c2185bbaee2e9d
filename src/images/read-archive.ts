import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { localRepository, tryParseReference } from '../util/image-reference.ts'
import { type ArchivedImage, manifestName, parseManifest } from './archive-manifest.ts'
import { namesInTar, type TarReader } from './tar-names.ts'

/** An image that an archive directory has. */
export interface ArchiveEntry {
  /** What manifests and configurations know it by: no registry `localhost`, no tag. */
  readonly repository: string
  /** Its name in the tar. */
  readonly reference: string
  /** Absolute path of the tar. */
  readonly file: string
  /** All names that loading the tar gives. */
  readonly names: readonly string[]
  /** What is known of an image that Kindling has written; nothing of a tar of somebody else's. */
  readonly written?: ArchivedImage
}

/** Something in an archive directory that cannot be used. */
export interface ArchiveProblem {
  /** A warning is about a file that nobody promised to be an image. */
  readonly severity: 'error' | 'warning'
  /** Absolute path. */
  readonly file: string
  /** One sentence without a final full stop. */
  readonly message: string
  readonly hint: string
}

export interface Archive {
  /** By repository. */
  readonly entries: ReadonlyMap<string, ArchiveEntry>
  readonly problems: readonly ArchiveProblem[]
}

/**
 * What images a directory has: those of its manifest, and those in other tars of docker or OCI, by the names they
 * have in there. Contents are looked at when an image is loaded. All problems are reported.
 */
export async function readArchive(directory: string, tar: TarReader): Promise<Archive> {
  const entries = new Map<string, ArchiveEntry>()
  const problems: ArchiveProblem[] = []
  const add = (entry: ArchiveEntry) => {
    const first = entries.get(entry.repository)
    if (first === undefined) entries.set(entry.repository, entry)
    else problems.push(twice(first, entry))
  }
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    return { entries, problems: [noDirectory(directory)] }
  }
  const known = new Set<string>()
  for (const image of manifestOf(directory, problems)) {
    const file = join(directory, image.file)
    known.add(file)
    const size = statSync(file, { throwIfNoEntry: false })?.size
    if (size !== image.bytes) problems.push(damaged(image, file, size))
    else add({ ...keyed(image.reference, image.repository), file, names: [image.reference], written: image })
  }
  for (const name of readdirSync(directory).sort()) {
    const file = join(directory, name)
    if (!name.endsWith('.tar') || known.has(file)) continue
    const names = await namesInTar(file, tar)
    if ('problem' in names) {
      problems.push({ severity: 'warning', file, message: names.problem, hint: writeHint })
      continue
    }
    const seen = new Set<string>()
    for (const reference of names.names) {
      const entry = { ...keyed(reference), file, names: names.names }
      if (!seen.has(entry.repository)) add(entry)
      seen.add(entry.repository)
    }
  }
  return { entries, problems }
}

const writeHint = 'write the directory with `kindling build --export`, or save images by their names'

function keyed(reference: string, repository = reference): Pick<ArchiveEntry, 'repository' | 'reference'> {
  const parsed = tryParseReference(repository)
  return { reference, repository: parsed === undefined ? repository : localRepository(parsed) }
}

function manifestOf(directory: string, problems: ArchiveProblem[]): readonly ArchivedImage[] {
  const file = join(directory, manifestName)
  if (!existsSync(file)) return []
  const manifest = parseManifest(readFileSync(file, 'utf8'))
  if ('images' in manifest) return manifest.images
  problems.push({
    severity: 'error',
    file,
    message: `the manifest of the archive cannot be read: ${manifest.problem}`,
    hint: 'write the directory again with `kindling build --export`',
  })
  return []
}

function noDirectory(file: string): ArchiveProblem {
  return {
    severity: 'error',
    file,
    message: 'there is no such directory',
    hint: 'write it with `kindling build --export`',
  }
}

function damaged(image: ArchivedImage, file: string, bytes: number | undefined): ArchiveProblem {
  const message =
    bytes === undefined
      ? `the tar of image \`${image.name}\` is missing`
      : `the tar of image \`${image.name}\` has ${bytes} bytes instead of ${image.bytes}`
  return { severity: 'error', file, message, hint: 'copy the whole directory again, or write it again' }
}

function twice(first: ArchiveEntry, second: ArchiveEntry): ArchiveProblem {
  return {
    severity: first.written === undefined ? 'error' : 'warning',
    file: second.file,
    message: `the image \`${second.repository}\` is in ${first.file} already`,
    hint: 'remove one of the two; the first is taken',
  }
}
