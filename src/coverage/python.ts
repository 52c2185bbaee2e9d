import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { CoverageMapData } from 'istanbul-lib-coverage'
import { filesBelow } from './data-files.ts'
import type { CoverageData, CoverageLanguage, CoverageTools } from './language.ts'
import { fileCoverage } from './line-hits.ts'
import type { RepositoryPaths } from './repository-paths.ts'

/** Programs that run under coverage.py, which must be installed in the image, and on this machine to read the data. */
export const python: CoverageLanguage = {
  name: 'python',
  variables: (directory) => ({ COVERAGE_FILE: `${directory}/.coverage` }),
  isData: (name) => name.startsWith('.coverage'),
  causes: [
    'it does not run under coverage.py: start it with `coverage run`, or see to it with COVERAGE_PROCESS_START',
    'the program did not end by itself on SIGTERM: set `sigterm = true` under `[run]` of its .coveragerc',
    'it was killed, for want of memory for example',
  ],
  read: readData,
}

/** As much of the output of `coverage json` as is needed. */
export interface CoverageJson {
  readonly files: Readonly<
    Record<string, { readonly executed_lines: readonly number[]; readonly missing_lines: readonly number[] }>
  >
}

async function readData(
  { directories, paths }: CoverageData,
  { exec, signal, root, temporary }: CoverageTools,
): Promise<CoverageMapData> {
  const settings = join(temporary, 'coveragerc')
  const json = join(temporary, 'coverage.json')
  writeFileSync(settings, settingsOf(paths))
  const data = filesBelow(directories).filter((file) => python.isData(basename(file)))
  // Options come first: after a file, coverage.py takes everything for one.
  const run = (command: string, ...args: readonly string[]) =>
    exec.run(
      {
        program: 'python3',
        args: ['-m', 'coverage', command, `--rcfile=${settings}`, ...args],
        cwd: root,
        env: { COVERAGE_FILE: join(temporary, '.coverage') },
      },
      signal === undefined ? {} : { signal },
    )
  await run('combine', '--keep', ...data)
  // What is not in the repository has no source here.
  await run('json', '--ignore-errors', '-o', json)
  return readJson(JSON.parse(readFileSync(json, 'utf8')) as CoverageJson, root, paths)
}

/** Has coverage.py itself put files of the repository in the place of the image's: it reads them to know their lines. */
export function settingsOf({ roots }: RepositoryPaths): string {
  const entries = roots.map(([from, to], index) => `path${index} =\n    ${to}\n    ${from}\n`)
  return `[run]\n\n[paths]\n${entries.join('')}`
}

/** The coverage in what `coverage json` has written; its relative paths start at `root`. */
export function readJson({ files }: CoverageJson, root: string, paths: RepositoryPaths): CoverageMapData {
  const known = Object.entries(files).flatMap(([name, { executed_lines, missing_lines }]) => {
    const path = resolve(root, name)
    const file = paths.has(path) ? path : paths.find(name)
    if (file === undefined) return []
    const hits = new Map([
      ...missing_lines.map((line) => [line, 0] as const),
      ...executed_lines.map((line) => [line, 1] as const),
    ])
    return [[file, fileCoverage(file, hits)] as const]
  })
  return Object.fromEntries(known)
}
