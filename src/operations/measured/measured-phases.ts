import { createHash } from 'node:crypto'
import type { RunPhase } from '../../engine/events.ts'
import { isSuccess } from '../../engine/outcome.ts'
import type { RunResult } from '../../engine/run-graph.ts'
import type { Plan } from '../../plan/plan.ts'
import type { PhaseHistory } from '../../state/history.ts'
import { coveredMs } from '../../util/intervals.ts'

/** What a phase of a run took. */
export interface MeasuredPhase {
  readonly phase: string
  /** The same for a phase that did the same work in the same order, and for no other. */
  readonly name: string
  /** How long at least one of its tasks was running. */
  readonly durationMs: number
}

/**
 * The phases of a run that came to their end. Only like is compared with like: a build beside others takes longer than
 * one alone, and what was reused takes nothing, so the name of a phase holds the strategy and what was really done.
 */
export function measuredPhases(
  { tasks, environment, strategy }: Pick<Plan, 'tasks' | 'environment' | 'strategy'>,
  result: Pick<RunResult, 'tasks'>,
): MeasuredPhase[] {
  const phases = [...new Set(tasks.map(({ phase }) => phase))]
  return phases.flatMap((phase) => {
    const members = tasks.filter((task) => task.phase === phase)
    const ended = members.flatMap(({ id }) => result.tasks.get(id) ?? [])
    const done = ended.filter(({ outcome }) => outcome === 'succeeded').map(({ id }) => id)
    const isWhole = ended.length === members.length && ended.every(({ outcome }) => isSuccess(outcome))
    if (!isWhole || done.length === 0) return []
    const work = createHash('sha256').update(done.sort().join('\n')).digest('hex').slice(0, 12)
    const intervals = ended.flatMap(({ startMs, endMs }) =>
      startMs === undefined ? [] : [{ startMs, endMs }],
    )
    const name = `${environment} ${strategy} ${phase} ${work}`
    return [{ phase, name, durationMs: coveredMs(intervals) }]
  })
}

/** The phases of which there is a history, beside it. */
export function beside(
  phases: readonly MeasuredPhase[],
  historyOf: (name: string) => PhaseHistory | undefined,
): RunPhase[] {
  return phases.flatMap(({ phase, name, durationMs }) => {
    const history = historyOf(name)
    return history === undefined ? [] : [{ phase, durationMs, ...history }]
  })
}
