import type { RunOutcome } from '../engine/outcome.ts'
import type { HandOver } from './hand-over/hand-over.ts'
import { withOwner } from './owner/hold.ts'
import { bringUp, prepareUp, type UpOptions } from './run/bring-up.ts'
import { keepUntil } from './run/keep.ts'
import { type TakeDownOptions, type TakenDown, takeDown } from './run/take-down.ts'
import type { UpResult } from './up.ts'

export interface WithEnvironmentOptions extends UpOptions, TakeDownOptions {
  /** Works with the environment that is up; its outcome decides with `keep` whether that stays. */
  readonly use: (up: UpResult & { readonly handOver: HandOver }) => Promise<RunOutcome>
}

/**
 * Brings an environment up for as long as `use` takes, and takes it down again. No other process can work on it in the
 * meantime. Of an environment that did not come up, `use` is never told. Throws `InvalidInput` or `OperationError`
 * before any effect, and what `use` rejects with, after taking it down.
 */
export async function withEnvironment(options: WithEnvironmentOptions): Promise<UpResult & TakenDown> {
  const { host, keep, use } = options
  const ready = await prepareUp(options)
  const work = async () => {
    const limit = (known: Parameters<typeof keepUntil>[1]) => keepUntil(options, known, host.clock.epochMs())
    const end = await bringUp({ ...options, command: 'up', keepUntil: limit }, ready)
    const { handOver, record, wasKnown } = end
    if (handOver === undefined) return { ...end, ...(await takeDown(end, end.outcome, options)) }
    // Known as something that was not meant to stay, should this process be killed.
    if (!wasKnown && keep !== 'always') host.store.write({ ...record, state: 'starting' })
    const finish = async (outcome: RunOutcome) => {
      const taken = await takeDown(end, outcome, options)
      if (taken.isKept) host.store.write(record)
      return taken
    }
    const outcome = await use({ ...end, handOver }).catch(async (error: unknown) => {
      await finish('failed')
      throw error
    })
    return { ...end, ...(await finish(outcome)) }
  }
  return withOwner(host, ready.owner, 'up', work, options.signal)
}
