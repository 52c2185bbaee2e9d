import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { CoverageMapData } from 'istanbul-lib-coverage'
import type { CoverageSpec } from '../config/config.ts'
import { CommandError } from '../exec/command-error.ts'
import type { Exec } from '../exec/exec.ts'
import { filesBelow } from './data-files.ts'
import type { CoverageLanguage } from './language.ts'
import { languageOf } from './languages.ts'
import { RepositoryPaths } from './repository-paths.ts'
import type { CoverageResult, LineTotals } from './result.ts'
import { lineTotals, merged, writeReport } from './write-report.ts'

interface Measurement {
  /** Root of the repository. */
  readonly root: string
  /** Where the report goes. */
  readonly directory: string
  /** What was collected: `POD/IMAGE/CONTAINER/…`. */
  readonly data: string
  readonly images: ReadonlyMap<string, CoverageSpec>
  readonly exec: Exec
  readonly signal?: AbortSignal
}

/** Makes a report from what was collected. An image that gave nothing, or cannot be read, is a problem of the result. */
export async function measure(measurement: Measurement): Promise<CoverageResult> {
  const { directory, root, images } = measurement
  const files: CoverageMapData[] = []
  const totals: Record<string, LineTotals> = {}
  const problems: string[] = []
  for (const [image, spec] of images) {
    const { found, problem } = await readImage(image, spec, measurement)
    if (problem !== undefined) problems.push(problem)
    if (Object.keys(found).length === 0) continue
    // Before it is merged with the others, which changes it.
    totals[image] = await lineTotals(found)
    files.push(found)
  }
  if (files.length === 0) return { directory, images: {}, problems }
  const all = await merged(files)
  await writeReport(all, directory, root)
  return { directory, lines: await lineTotals(all), images: totals, problems }
}

async function readImage(
  image: string,
  spec: CoverageSpec,
  { data, directory, exec, root, signal }: Measurement,
): Promise<{ readonly found: CoverageMapData; readonly problem?: string }> {
  const language = languageOf(spec.language)
  const directories = containersOf(image, data)
  if (!filesBelow(directories).some((file) => language.isData(basename(file)))) {
    return { found: {}, problem: nothingWritten(image, language, directories) }
  }
  const temporary = mkdtempSync(join(directory, 'tmp-'))
  const paths = new RepositoryPaths(spec.paths)
  try {
    const tools = { exec, root, temporary, ...(signal === undefined ? {} : { signal }) }
    const found = await language.read({ directories, paths }, tools)
    return Object.keys(found).length > 0 ? { found } : { found, problem: nothingKnown(image, paths, root) }
  } catch (error) {
    const why = reasonOf(error)
    return {
      found: {},
      problem: `the coverage of ${image} could not be read: ${why}\nits data is kept in ${data}`,
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Why something went wrong, with the last words of a program that failed. */
export function reasonOf(error: unknown): string {
  if (error instanceof CommandError) return [error.message, error.tail].filter(Boolean).join('\n')
  return error instanceof Error ? error.message : String(error)
}

/** Where the containers of an image have written, one directory each. */
function containersOf(image: string, data: string): string[] {
  return subdirectories(data).flatMap((pod) => subdirectories(join(pod, image)))
}

function subdirectories(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name))
}

function nothingWritten(image: string, { causes }: CoverageLanguage, directories: readonly string[]): string {
  const what =
    directories.length === 0
      ? `no container of ${image} has run`
      : `${image} has measured nothing. The likely causes:`
  return [what, ...(directories.length === 0 ? [] : causes.map((cause) => `- ${cause}`))].join('\n')
}

function nothingKnown(image: string, { roots, unknown }: RepositoryPaths, root: string): string {
  const mapping = roots.map(([from, to]) => `${from} is ${relative(root, to) || '.'}`).join(', ')
  const [example] = unknown
  const seen = example === undefined ? '' : `, for example ${example}`
  return `nothing that ${image} has measured is a file of the repository${seen}\ncorrect \`coverage.paths\` of the image: there, ${mapping}`
}
