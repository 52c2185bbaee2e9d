import type { CoverageMapData } from 'istanbul-lib-coverage'
import type { LineTotals } from './result.ts'

/** Names of the files of a report, in its directory. */
export const reportFiles = {
  html: 'index.html',
  lcov: 'lcov.info',
  summary: 'coverage-summary.json',
  /** In istanbul's format, for tools that merge it with that of other tests. */
  data: 'coverage-final.json',
  text: 'coverage.txt',
} as const

/** Writes a report on files, by absolute path, in every format; `root` is what paths in it start from. */
export async function writeReport(files: CoverageMapData, directory: string, root: string): Promise<void> {
  const [{ default: istanbul }, { default: report }, { default: reports }] = await Promise.all([
    import('istanbul-lib-coverage'),
    import('istanbul-lib-report'),
    import('istanbul-reports'),
  ])
  const coverageMap = istanbul.createCoverageMap(files)
  const context = report.createContext({ dir: directory, coverageMap, defaultSummarizer: 'nested' })
  const projectRoot = root
  for (const written of [
    reports.create('html', { subdir: '' }),
    reports.create('lcovonly', { file: reportFiles.lcov, projectRoot }),
    reports.create('json-summary', { file: reportFiles.summary }),
    reports.create('json', { file: reportFiles.data }),
    reports.create('text', { file: reportFiles.text, maxCols: 110 }),
  ]) {
    written.execute(context)
  }
}

/** The lines of several files together. */
export async function lineTotals(files: CoverageMapData): Promise<LineTotals> {
  const { default: istanbul } = await import('istanbul-lib-coverage')
  const { covered, total } = istanbul.createCoverageMap(files).getCoverageSummary().lines
  return { covered, total, percent: total === 0 ? 100 : Math.floor((covered / total) * 10_000) / 100 }
}

/** Several measurements as one: a line that has run in one of them has run. The parts are changed. */
export async function merged(parts: readonly CoverageMapData[]): Promise<CoverageMapData> {
  const { default: istanbul } = await import('istanbul-lib-coverage')
  const all = istanbul.createCoverageMap({})
  for (const part of parts) all.merge(part)
  return all.toJSON()
}
