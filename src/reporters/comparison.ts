import type { RunRecord } from '../engine/records.ts'
import { lengthOf, type RunTiming, timingOf } from './timing.ts'

/** A duration in two runs, milliseconds; absent in the one that did not have it. */
export interface Change {
  readonly name: string
  readonly beforeMs?: number
  readonly afterMs?: number
  /** After by before; absent where one of them is missing or took no time. */
  readonly ratio?: number
}

/** How a run differs from another: an earlier one, or one by another strategy. */
export interface RunComparison {
  readonly before: RunName
  readonly after: RunName
  readonly total: Change
  /** In the order of the later run's plan; then those that only the other had. */
  readonly phases: readonly Change[]
  /** Those whose duration has changed most come first. */
  readonly tasks: readonly Change[]
}

/** What a run is called by. */
export interface RunName {
  readonly run: string
  readonly command: string
  readonly environment: string | null
  readonly strategy: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** Compares two runs by what was measured: phases, and tasks of the same name. */
export function compareRuns(before: RunRecord, after: RunRecord): RunComparison {
  const [earlier, later] = [timingOf(before), timingOf(after)]
  return {
    before: nameOf(before),
    after: nameOf(after),
    total: changeOf('run', earlier.wallMs, later.wallMs),
    phases: changesOf(phaseLengths(earlier), phaseLengths(later)),
    tasks: changesOf(taskLengths(earlier), taskLengths(later)).sort((a, b) => sizeOf(b) - sizeOf(a)),
  }
}

/** What a run is called by, as far as its events say. */
export function nameOf({ started, plan }: RunRecord): RunName {
  return {
    run: started?.run ?? 'unknown',
    command: started?.command ?? 'unknown',
    environment: started?.environment ?? null,
    strategy: plan?.strategy ?? 'unknown',
    startedAt: started?.startedAt ?? 0,
  }
}

function phaseLengths({ phases }: RunTiming): Map<string, number> {
  return new Map(
    phases.flatMap(({ phase, interval }) => (interval ? [[phase, lengthOf(interval)] as const] : [])),
  )
}

function taskLengths({ tasks }: RunTiming): Map<string, number> {
  return new Map(tasks.flatMap(({ id, interval }) => (interval ? [[id, lengthOf(interval)] as const] : [])))
}

function changesOf(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Change[] {
  const names = new Set([...after.keys(), ...before.keys()])
  return [...names].map((name) => changeOf(name, before.get(name), after.get(name)))
}

function changeOf(name: string, beforeMs: number | undefined, afterMs: number | undefined): Change {
  return {
    name,
    ...(beforeMs === undefined ? {} : { beforeMs }),
    ...(afterMs === undefined ? {} : { afterMs }),
    ...(beforeMs === undefined || afterMs === undefined || beforeMs === 0
      ? {}
      : { ratio: afterMs / beforeMs }),
  }
}

function sizeOf({ beforeMs = 0, afterMs = 0 }: Change): number {
  return Math.abs(afterMs - beforeMs)
}
