import type { RunOutcome } from '../engine/outcome.ts'
import { removeEnvironment } from '../tasks/remove-environment.ts'
import type { BroughtUp } from './bring-up.ts'
import type { Host } from './host.ts'
import type { Keep } from './keep.ts'
import { removalOf } from './removal.ts'

export interface TakeDownOptions {
  readonly host: Host
  /** Without it, what was up before stays, and anything else goes. */
  readonly keep?: Keep
  /** Told of each thing that was removed, in a few words. */
  readonly onRemoved: (what: string) => void
}

export interface TakenDown {
  readonly isKept: boolean
  /** Until when what is kept is wanted, milliseconds since the epoch; absent for ever. */
  readonly keepUntil?: number
  /** What taking it down took, after the run. */
  readonly removalMs: number
}

/** Takes an environment down after its tests, unless by what came of them it is to stay. */
export async function takeDown(
  { record, engine, wasKnown }: BroughtUp,
  outcome: RunOutcome,
  { host, keep, onRemoved }: TakeDownOptions,
): Promise<TakenDown> {
  const isKept = keeps(keep, outcome, wasKnown)
  const startMs = host.clock.now()
  if (!isKept && host.store.read(record.id) !== undefined) {
    await removeEnvironment(record, removalOf(host, record, engine, onRemoved), {})
  }
  const { keepUntil } = record
  const limit = isKept && keepUntil !== undefined ? { keepUntil } : {}
  return { isKept, ...limit, removalMs: host.clock.now() - startMs }
}

/** Whether an environment is to stay after tests that came to this. */
export function keeps(keep: Keep | undefined, outcome: RunOutcome, wasKnown: boolean): boolean {
  switch (keep) {
    case undefined:
      return wasKnown
    case 'on-failure':
      return outcome === 'failed'
    default:
      return keep === 'always' && outcome !== 'interrupted'
  }
}
