import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { CoverageMapData } from 'istanbul-lib-coverage'
import { filesBelow } from './data-files.ts'
import type { CoverageData, CoverageLanguage, CoverageTools } from './language.ts'
import { fileCoverage } from './line-hits.ts'
import type { RepositoryPaths } from './repository-paths.ts'

/** Programs that were built with `go build -cover`. */
export const go: CoverageLanguage = {
  name: 'go',
  variables: (directory) => ({ GOCOVERDIR: directory }),
  writtenAtStart: 'covmeta.*',
  isData: (name) => name.startsWith('covcounters.'),
  causes: [
    'it was not built with `-cover`: give it `coverage: { args: { GOFLAGS: -cover } }`, and `ARG GOFLAGS` in the Dockerfile',
    'the program did not end by itself on SIGTERM: Go writes its data when `main` returns or at `os.Exit`',
    'it was killed, for want of memory for example',
  ],
  read: readCounters,
}

async function readCounters(
  { directories, paths }: CoverageData,
  { exec, signal, temporary }: CoverageTools,
): Promise<CoverageMapData> {
  const counters = filesBelow(directories).filter((file) => go.isData(basename(file)))
  const profile = join(temporary, 'profile.txt')
  const inputs = [...new Set(counters.map((file) => dirname(file)))].join(',')
  const args = ['tool', 'covdata', 'textfmt', `-i=${inputs}`, `-o=${profile}`]
  await exec.run({ program: 'go', args, cwd: temporary }, signal === undefined ? {} : { signal })
  return readProfile(readFileSync(profile, 'utf8'), paths)
}

/** `example.com/shop/cmd/api/main.go:12.30,15.2 3 1`: a block, its number of statements, and how often it ran. */
const block = /^(?<file>.+):(?<from>\d+)\.\d+,(?<to>\d+)\.\d+ \d+ (?<count>\d+)$/

/** The coverage in a text of `go tool covdata textfmt`. */
export function readProfile(text: string, paths: RepositoryPaths): CoverageMapData {
  const files = new Map<string, Map<number, number>>()
  const sources = new Map<string, readonly string[]>()
  for (const row of text.split('\n')) {
    const { file: name, from, to, count } = block.exec(row)?.groups ?? {}
    const file = name === undefined ? undefined : paths.find(name)
    if (file === undefined) continue
    const source = sources.get(file) ?? readFileSync(file, 'utf8').split('\n')
    sources.set(file, source)
    const hits = files.get(file) ?? new Map<number, number>()
    files.set(file, hits)
    for (let line = Number(from); line <= Number(to); line++) {
      // Of a line that several blocks share, one that has run is enough.
      if (isCode(source[line - 1])) hits.set(line, Math.max(hits.get(line) ?? 0, Number(count)))
    }
  }
  return Object.fromEntries([...files].map(([file, hits]) => [file, fileCoverage(file, hits)]))
}

/** A block has all lines between its first statement and its last. */
function isCode(line: string | undefined): boolean {
  return line !== undefined && !/^\s*(?:\/\/.*|[})\]]*)$/.test(line)
}
