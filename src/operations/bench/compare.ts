import { exitCodes, OperationError } from '../operation-error.ts'
import type { BenchResult, BenchSubject } from './bench.ts'
import { type Figures, figuresOf } from './figures.ts'
import { benchStates } from './states.ts'

/** The runs of one strategy from one state, then and now. */
export interface Comparison {
  readonly before: Figures
  readonly now: Figures
  /** The median now by that of then: below 1 is faster. */
  readonly ratio: number
}

/**
 * What became of the figures of an earlier benchmark. Throws `OperationError` when that is of another environment or
 * another machine, or had other work: such figures say nothing about each other.
 */
export function compareBenches(before: BenchResult, now: BenchResult): Comparison[] {
  refuseDifferent([...subjectDifferences(before, now), ...workDifferences(before, now)])
  const earlier = figuresOf(before)
  return figuresOf(now).flatMap((figures) => {
    const same = earlier.find(
      ({ state, strategy }) => state === figures.state && strategy === figures.strategy,
    )
    return same === undefined
      ? []
      : [{ before: same, now: figures, ratio: figures.total.median / same.total.median }]
  })
}

/** Throws `OperationError` when figures of the one can say nothing about the other: to be known before measuring. */
export function refuseOtherSubject(before: BenchSubject, now: BenchSubject): void {
  refuseDifferent(subjectDifferences(before, now))
}

function refuseDifferent(differences: readonly string[]): void {
  if (differences.length === 0) return
  throw new OperationError(
    'E_BENCH_DIFFERENT',
    `the two benchmarks cannot be compared: ${differences.join('; ')}`,
    'measure both on one machine, from the same state of the same project',
    { exitCode: exitCodes.usage },
  )
}

function subjectDifferences(before: BenchSubject, now: BenchSubject): string[] {
  return (['project', 'environment', 'provider', 'machine'] as const).flatMap((key) =>
    difference(key, before[key], now[key]),
  )
}

function workDifferences(before: BenchResult, now: BenchResult): string[] {
  return benchStates.flatMap((state) => {
    const [one, other] = [before.work[state], now.work[state]]
    return one === undefined || other === undefined ? [] : difference(`work of the ${state} runs`, one, other)
  })
}

function difference(what: string, before: unknown, now: unknown): string[] {
  const [one, other] = [before, now].map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  )
  return one === other ? [] : [`${what} (${one} and ${other})`]
}
