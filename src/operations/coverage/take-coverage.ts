import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type CoverageSpec, coverageLanguages } from '../../config/config.ts'
import { writtenAtStart } from '../../coverage/languages.ts'
import { measure, reasonOf } from '../../coverage/measure.ts'
import type { CoverageResult } from '../../coverage/result.ts'
import type { CoverageRecord } from '../../state/coverage-record.ts'
import type { EnvironmentRecord } from '../../state/environment-record.ts'
import { formatDuration } from '../../util/duration.ts'
import type { Host, UsableEngine } from '../host.ts'
import { findProvider } from '../providers/providers.ts'

/** How long programs may take to end and write what they have measured, seconds. */
const graceSeconds = 10
/** For all of it, milliseconds: what takes longer is not worth waiting for. */
const budgetMs = 120_000

export interface TakeCoverageOptions {
  /** Whether the environment stays up afterwards. */
  readonly isKept: boolean
  readonly signal?: AbortSignal
  /** Told what is being done, in a few words. */
  readonly onProgress?: (what: string) => void
}

/**
 * Ends the programs of an environment that measure themselves, and reports on what they have written, in the directory
 * of the run that brought it up. Comes after everything else that is to be known of the environment, since they end
 * (E3), and before it is removed. Resolves with nothing where coverage is not measured. Never rejects: what goes wrong
 * is a problem of the result.
 */
export async function takeCoverage(
  host: Host,
  { id, provider }: Pick<EnvironmentRecord, 'id' | 'provider'>,
  engine: UsableEngine,
  { isKept, signal, onProgress }: TakeCoverageOptions,
): Promise<CoverageResult | undefined> {
  const file = host.store.coverage(id)
  const record = file.read()
  if (record === undefined || signal?.aborted === true) return undefined
  const served = await findProvider(provider)
  if (served === undefined) return undefined
  const { directory, root } = record
  // Of a repository that is gone there is nothing to report on, nor a place for it.
  if (!existsSync(root)) return undefined
  const data = join(directory, 'data')
  const end = AbortSignal.any([...(signal === undefined ? [] : [signal]), AbortSignal.timeout(budgetMs)])
  try {
    // What an earlier call for the same run has left would count twice.
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(data, { recursive: true, mode: 0o700 })
    onProgress?.('collecting coverage: the programs that measure themselves are ended')
    const collection = { to: data, graceSeconds, isResumed: isKept, staying: writtenAtStart }
    await served.coverage.collect(host, id, engine, collection, { signal: end })
    onProgress?.('collecting coverage: the report is made')
    const images = imagesOf(record)
    const result = await measure({ directory, data, root, images, exec: host.exec(id), signal: end })
    // What was read without a problem is of no more use, and large (M4).
    if (result.problems.length === 0) rmSync(data, { recursive: true, force: true })
    return result
  } catch (error) {
    return { directory, images: {}, problems: [problemOf(error, end, signal)] }
  } finally {
    file.remove()
  }
}

function imagesOf({ images }: CoverageRecord): ReadonlyMap<string, CoverageSpec> {
  return new Map(
    Object.entries(images).flatMap(([name, { language: written, paths }]) => {
      const language = coverageLanguages.find((each) => each === written)
      return language === undefined ? [] : [[name, { language, paths: new Map(Object.entries(paths)) }]]
    }),
  )
}

/** What is written down of the images that are measured, for whoever takes the environment down. */
export function coverageRecord(
  runDirectory: string,
  root: string,
  images: ReadonlyMap<string, CoverageSpec>,
): CoverageRecord {
  const entries = [...images].map(
    ([name, { language, paths }]) => [name, { language, paths: Object.fromEntries(paths) }] as const,
  )
  return { directory: join(runDirectory, 'coverage'), root, images: Object.fromEntries(entries) }
}

function problemOf(error: unknown, end: AbortSignal, signal: AbortSignal | undefined): string {
  if (signal?.aborted === true) return 'the coverage was not collected: interrupted'
  if (end.aborted) return `the coverage was not collected within ${formatDuration(budgetMs)}`
  return `the coverage was not collected: ${reasonOf(error)}`
}
