import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { matchingFiles } from './glob.ts'
import { type ManifestRead, parseManifests } from './manifest.ts'
import { parseRendered } from './rendered.ts'
import type { ManifestFiles, ManifestSource, RenderedManifests } from './sources.ts'

/**
 * Reads the manifests of one service: in the order of its sources, and of files by name; a file that several of them
 * name is taken once. All problems are reported; it does not reject because of what files say or programs print.
 */
export async function readManifests(sources: readonly ManifestSource[]): Promise<ManifestRead> {
  const seen = new Set<string>()
  const parts = await Promise.all(
    sources.map(async (source) =>
      source.kind === 'rendered' ? readRendered(source) : { source, ...(await listFiles(source)) },
    ),
  )
  const reads = await Promise.all(
    parts.flatMap((part) => {
      if (!('files' in part)) return [part]
      const files = part.files.filter((file) => !seen.has(file))
      for (const file of files) seen.add(file)
      const listing: ManifestRead = { manifests: [], diagnostics: part.diagnostics }
      return [listing, ...files.map((file) => readManifestFile(file, part.source.location))]
    }),
  )
  return {
    manifests: reads.flatMap(({ manifests }) => manifests),
    diagnostics: reads.flatMap(({ diagnostics }) => diagnostics),
  }
}

async function readRendered(source: RenderedManifests): Promise<ManifestRead> {
  const rendering = await source.render()
  if ('problem' in rendering) return { manifests: [], diagnostics: [rendering.problem] }
  return parseRendered(rendering.text, source)
}

interface Listing {
  readonly files: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

const manifestName = /\.(?:ya?ml|json)$/

async function listFiles(source: ManifestFiles): Promise<Listing> {
  const none = (message: string, hint: string = fileHint): Listing => ({
    files: [],
    diagnostics: [missing(message, source.location, hint)],
  })
  if (source.kind === 'glob') {
    const { directory, pattern, text } = source
    const files = (await matchingFiles(directory, pattern)).filter((file) => manifestName.test(file))
    return files.length > 0
      ? { files, diagnostics: [] }
      : none(`no manifest matches \`${text}\``, globHint(directory))
  }
  const { path } = source
  try {
    if (!(await stat(path)).isDirectory()) return { files: [path], diagnostics: [] }
    const names = (await readdir(path)).filter((name) => manifestName.test(name)).sort()
    if (names.length === 0) return none(`there are no manifests in ${path}`)
    return { files: names.map((name) => join(path, name)), diagnostics: [] }
  } catch (error) {
    return none(`cannot read ${path}: ${reasonOf(error)}`)
  }
}

async function readManifestFile(file: string, location: SourceLocation): Promise<ManifestRead> {
  try {
    return parseManifests(file, await readFile(file, 'utf8'))
  } catch (error) {
    const diagnostic = missing(`cannot read ${file}: ${reasonOf(error)}`, location, fileHint)
    return { manifests: [], diagnostics: [diagnostic] }
  }
}

const fileHint =
  'name a file, a directory with .yaml, .yml or .json files directly in it, or a pattern such as `deploy/**/*.yaml`'

function globHint(directory: string): string {
  return `looked for .yaml, .yml and .json files in ${directory}; \`**\` stands for any directories below`
}

function missing(message: string, location: SourceLocation, hint: string): Diagnostic {
  return { code: 'E_MANIFEST_MISSING', severity: 'error', message, location, hint }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'there is no such file or directory'
  if (code === 'EACCES') return 'permission denied'
  return error instanceof Error ? error.message : String(error)
}
