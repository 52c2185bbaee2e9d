import type { StrategyName } from '../../plan/plan.ts'
import type { BenchResult } from './bench.ts'
import type { Measurement } from './measurement.ts'
import { type BenchState, benchStates } from './states.ts'

/** Of several runs, milliseconds. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** What the runs of one strategy from one state came to. */
export interface Figures {
  readonly state: BenchState
  readonly strategy: StrategyName
  readonly runs: number
  readonly total: Spread
  /** How long each phase took, by its name, as a median. */
  readonly phases: Readonly<Record<string, number>>
  readonly clusterIdle?: Spread
  readonly lowerBound: Spread
  /** The total by the lower bound of the same run, as a median. */
  readonly overLowerBound: number
  /** By how much the last run was predicted wrong, as a share of it: -0.1 for a tenth too little. */
  readonly predictionError?: number
  /** The same of the simulation with the durations of the very run, as a median. */
  readonly simulationError: number
  /** This median by that of the reference; 1 for the reference itself. */
  readonly ratio: number
}

/** Takes the runs together; ratios are to the strategy `reference`, or to the first where that was not measured. */
export function figuresOf({ measurements }: BenchResult, reference: StrategyName = 'hybrid'): Figures[] {
  const strategies = [...new Set(measurements.map(({ strategy }) => strategy))]
  const base = strategies.includes(reference) ? reference : strategies[0]
  return benchStates.flatMap((state) => {
    const runsOf = (strategy: StrategyName | undefined) =>
      measurements.filter((one) => one.state === state && one.strategy === strategy)
    const baseTotals = runsOf(base).map(({ totalMs }) => totalMs)
    return strategies.flatMap((strategy) => {
      const runs = runsOf(strategy)
      return runs.length === 0 ? [] : [together(state, strategy, runs, spreadOf(baseTotals).median)]
    })
  })
}

/** Median, least and most of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = sorted.length >> 1
  return {
    median: sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  }
}

function together(
  state: BenchState,
  strategy: StrategyName,
  runs: readonly Measurement[],
  baseMs: number,
): Figures {
  const spreadBy = (of: (run: Measurement) => number) => spreadOf(runs.map(of))
  const phases = [...new Set(runs.flatMap((run) => Object.keys(run.phases)))]
  const total = spreadBy(({ totalMs }) => totalMs)
  const { predictedMs, totalMs = 0 } = runs.at(-1) ?? {}
  const idle = runs.flatMap(({ clusterIdleMs }) => clusterIdleMs ?? [])
  return {
    state,
    strategy,
    runs: runs.length,
    total,
    phases: Object.fromEntries(
      phases.map((phase) => [
        phase,
        spreadBy((run) => {
          const interval = run.phases[phase]
          return interval === undefined ? 0 : interval.endMs - interval.startMs
        }).median,
      ]),
    ),
    ...(idle.length === 0 ? {} : { clusterIdle: spreadOf(idle) }),
    lowerBound: spreadBy(({ lowerBoundMs }) => lowerBoundMs),
    overLowerBound: spreadBy(({ totalMs, lowerBoundMs }) => totalMs / lowerBoundMs).median,
    ...(predictedMs === undefined ? {} : { predictionError: predictedMs / totalMs - 1 }),
    simulationError: spreadBy(({ totalMs, simulatedMs }) => simulatedMs / totalMs - 1).median,
    ratio: total.median / baseMs,
  }
}
