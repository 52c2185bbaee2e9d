import type { CoverageResult } from '../../coverage/result.ts'
import type { RunOutcome } from '../../engine/outcome.ts'
import { removeEnvironment } from '../../tasks/remove-environment.ts'
import { takeCoverage } from '../coverage/take-coverage.ts'
import type { Host } from '../host.ts'
import { removalOf } from '../owner/removal.ts'
import type { BroughtUp } from './bring-up.ts'
import type { Keep } from './keep.ts'

export interface TakeDownOptions {
  readonly host: Host
  /** Without it, what was up before stays, and anything else goes. */
  readonly keep?: Keep
  /** Told of each thing that was removed, in a few words. */
  readonly onRemoved: (what: string) => void
  /** Told of what is done before that, in a few words. */
  readonly onProgress?: (what: string) => void
  readonly signal: AbortSignal
}

export interface TakenDown {
  readonly isKept: boolean
  /** Until when what is kept is wanted, milliseconds since the epoch; absent for ever. */
  readonly keepUntil?: number
  /** What taking it down took, after the run. */
  readonly removalMs: number
  /** Present when coverage was measured. */
  readonly coverage?: CoverageResult
}

/**
 * Takes an environment down after its tests, unless by what came of them it is to stay. Before that, what its services
 * have measured of themselves is collected (E3).
 */
export async function takeDown(
  end: BroughtUp,
  outcome: RunOutcome,
  options: TakeDownOptions,
): Promise<TakenDown> {
  const { record, engine, wasKnown } = end
  const { host, keep, onRemoved } = options
  const isKept = keeps(keep, outcome, wasKnown)
  // Whoever interrupts a run does not want to wait for a report.
  const coverage = outcome === 'interrupted' ? undefined : await coverageOf(end, isKept, options)
  const startMs = host.clock.now()
  if (!isKept && host.store.read(record.id) !== undefined) {
    await removeEnvironment(record, removalOf(host, record, engine, onRemoved), {})
  }
  const { keepUntil } = record
  const limit = isKept && keepUntil !== undefined ? { keepUntil } : {}
  const removalMs = host.clock.now() - startMs
  return { isKept, ...limit, removalMs, ...(coverage === undefined ? {} : { coverage }) }
}

/** The signal that has ended what was done with the environment ends nothing more. */
function coverageOf(
  { record, engine }: BroughtUp,
  isKept: boolean,
  { host, signal, onProgress }: TakeDownOptions,
): Promise<CoverageResult | undefined> {
  return takeCoverage(host, record, engine, {
    isKept,
    ...(signal.aborted ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
}

/** Whether an environment is to stay after tests that came to this. */
export function keeps(keep: Keep | undefined, outcome: RunOutcome, wasKnown: boolean): boolean {
  switch (keep) {
    case undefined:
      return wasKnown
    case 'on-failure':
      return outcome === 'failed'
    default:
      return keep === 'always' && (outcome !== 'interrupted' || wasKnown)
  }
}
