import type { BenchResult } from '../operations/bench/bench.ts'
import type { Comparison } from '../operations/bench/compare.ts'
import { type Figures, figuresOf, type Spread } from '../operations/bench/figures.ts'
import { formatTable, type TableColumn } from '../reporters/table.ts'
import { formatDuration } from '../util/duration.ts'

const left = (title: string): TableColumn => ({ title, align: 'left' })
const right = (title: string): TableColumn => ({ title, align: 'right' })

/** The figures of a benchmark as a table: the median of each, and in brackets the least and the most. */
export function benchTable(result: BenchResult, columns: number): string {
  const figures = figuresOf(result)
  const phases = [...new Set(figures.flatMap((one) => Object.keys(one.phases)))]
  const base = figures.find(({ ratio }) => ratio === 1)?.strategy ?? 'the first'
  const lines = formatTable(
    [
      ...[left('state'), left('strategy'), right('runs'), right('until ready'), right(`vs ${base}`)],
      ...phases.map(right),
      ...[
        right('cluster idle'),
        right('lower bound'),
        right('vs bound'),
        right('predicted'),
        right('simulated'),
      ],
    ],
    figures.map((one) => [
      ...[one.state, one.strategy, `${one.runs}`, formatSpread(one.total), one.ratio.toFixed(2)],
      ...phases.map((phase) => durationOf(one, phase)),
      one.clusterIdle === undefined ? '-' : formatDuration(one.clusterIdle.median),
      formatDuration(one.lowerBound.median),
      one.overLowerBound.toFixed(2),
      one.predictionError === undefined ? '-' : formatError(one.predictionError),
      formatError(one.simulationError),
    ]),
    columns,
  )
  return `${lines.join('\n')}\n`
}

/** How the figures differ from those of an earlier benchmark. */
export function comparisonTable(comparisons: readonly Comparison[], columns: number): string {
  const lines = formatTable(
    [left('state'), left('strategy'), right('before'), right('now'), right('ratio')],
    comparisons.map(({ before, now, ratio }) => [
      ...[now.state, now.strategy, formatSpread(before.total), formatSpread(now.total), ratio.toFixed(2)],
    ]),
    columns,
  )
  return `${lines.join('\n')}\n`
}

function durationOf({ phases }: Figures, phase: string): string {
  const took = phases[phase]
  return took === undefined ? '-' : formatDuration(took)
}

/** `+4 %`: too much by so much. */
function formatError(error: number): string {
  const percent = Math.round(error * 100)
  return `${percent > 0 ? '+' : ''}${percent} %`
}

function formatSpread({ median, least, most }: Spread): string {
  return least === most
    ? formatDuration(median)
    : `${formatDuration(median)} (${formatDuration(least)} to ${formatDuration(most)})`
}
