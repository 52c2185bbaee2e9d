import { readFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { CoverageMapData, FileCoverageData } from 'istanbul-lib-coverage'
import { filesBelow } from './data-files.ts'
import type { CoverageData, CoverageLanguage } from './language.ts'
import type { RepositoryPaths } from './repository-paths.ts'

/** What Node writes at the end of a process. */
interface V8Report {
  readonly result: readonly Profiler.ScriptCoverage[]
  /** Of scripts that name a source map, by URL. */
  readonly 'source-map-cache'?: Readonly<Record<string, CachedSourceMap>>
}

interface CachedSourceMap {
  readonly lineLengths?: readonly number[]
  /** Absent where the map could not be found. */
  readonly data: SourceMapData | null
}

interface SourceMapData {
  readonly version: 3
  readonly sources: string[]
  readonly names: string[]
  readonly mappings: string
}

/** A script of the repository, or one that was made from its files. */
interface Script {
  readonly coverage: Profiler.ScriptCoverage
  readonly map: CachedSourceMap | undefined
}

/** Programs that Node runs, measured by V8. Source maps lead to what a script was made from. */
export const node: CoverageLanguage = {
  name: 'node',
  variables: (directory) => ({ NODE_V8_COVERAGE: directory }),
  isData: (name) => name.startsWith('coverage-') && name.endsWith('.json'),
  causes: [
    'the program did not end on SIGTERM: as the first process of a container, Node ignores it unless the program has a handler',
    'it was started through a shell or npm, which does not pass the signal on: write `CMD ["node", "server.js"]`',
    'it was killed, for want of memory for example',
  ],
  read: readV8,
}

async function readV8({ directories, paths }: CoverageData): Promise<CoverageMapData> {
  const [{ mergeProcessCovs }, v8ToIstanbul, { default: istanbul }] = await Promise.all([
    import('@bcoe/v8-coverage'),
    import('v8-to-istanbul').then((module) => module.default),
    import('istanbul-lib-coverage'),
  ])
  const maps = new Map<string, CachedSourceMap>()
  const reports = filesBelow(directories)
    .filter((file) => node.isData(basename(file)))
    .flatMap((file) => parseReport(file) ?? [])
    .map((report) => ({ result: scriptsOf(report, paths, maps) }))
  const all = istanbul.createCoverageMap({})
  // Those of all pods together, as of one process: what one has left out, another may have run.
  for (const coverage of mergeProcessCovs(reports).result) {
    const script = { coverage, map: maps.get(coverage.url) }
    const converter = v8ToIstanbul(fileURLToPath(coverage.url), 0, sourcesOf(script, paths))
    try {
      await converter.load()
      converter.applyCoverage(coverage.functions)
    } catch {
      // A script that is not as it was measured, or whose sources are gone: told as one that nobody knows.
      paths.find(coverage.url)
      continue
    }
    for (const [path, file] of Object.entries(converter.toIstanbul())) {
      const found = foundSource(path, paths)
      if (found !== undefined) all.addFileCoverage({ ...(file as FileCoverageData), path: found })
    }
  }
  return all.toJSON()
}

/** A file that a killed process left half-written is no report. */
function parseReport(file: string): V8Report | undefined {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Partial<V8Report>
    return Array.isArray(report.result) ? (report as V8Report) : undefined
  } catch {
    return undefined
  }
}

/** The scripts of a process that come from the repository, by the URLs of their files there. */
function scriptsOf(
  { result, 'source-map-cache': cache = {} }: V8Report,
  paths: RepositoryPaths,
  maps: Map<string, CachedSourceMap>,
): Profiler.ScriptCoverage[] {
  return result.flatMap((script) => {
    if (!script.url.startsWith('file://')) return []
    const inImage = fileURLToPath(script.url)
    if (inImage.includes('/node_modules/')) return []
    const map = cache[script.url]
    const hasMap = map?.data !== undefined && map.data !== null
    const file = hasMap ? paths.map(inImage) : paths.find(inImage)
    if (file === undefined) return []
    const { href } = pathToFileURL(file)
    if (hasMap) maps.set(href, map)
    return [{ ...script, url: href }]
  })
}

/** What stands in for a script that only the image has: its lines' lengths, and its map with sources of the repository. */
function sourcesOf(
  { map }: Script,
  paths: RepositoryPaths,
): Parameters<typeof import('v8-to-istanbul')>[2] | undefined {
  if (map?.data === undefined || map.data === null) return undefined
  const sources = map.data.sources.map((source) => {
    const file = source.startsWith('file://') ? paths.map(fileURLToPath(source)) : undefined
    return file === undefined ? source : pathToFileURL(file).href
  })
  // Not blanks, which would be taken for the end of the file.
  const source = (map.lineLengths ?? []).map((length) => `${'.'.repeat(length)}\n`).join('')
  // An empty original is none: it is taken from the map, or read from the repository.
  return { source, originalSource: '', sourceMap: { sourcemap: { ...map.data, sources } } }
}

/** The file of the repository that a result is about; a source map may lead anywhere. */
function foundSource(path: string, paths: RepositoryPaths): string | undefined {
  const file = path.startsWith('file://') ? fileURLToPath(path) : path
  if (file.includes('/node_modules/')) return undefined
  return paths.has(file) ? file : paths.find(file)
}
