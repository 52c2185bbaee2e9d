import type { RunResult } from '../engine/run-graph.ts'
import type { Plan } from '../plan/plan.ts'
import type { Measured } from '../state/history.ts'
import type { InstructionTimes } from './instruction-times.ts'

/** What of a run is worth remembering: what was really done, and to its end. */
export function measuredIn(
  { tasks }: Pick<Plan, 'tasks'>,
  result: Pick<RunResult, 'tasks'>,
  instructions: Pick<InstructionTimes, 'of'>,
): Required<Omit<Measured, 'diskBytes' | 'phasesMs'>> {
  const done = tasks.flatMap(({ id, kind }) => {
    const { outcome, startMs, endMs } = result.tasks.get(id) ?? {}
    // What was pulled once stays here, so that the next run finds it as well.
    const counts = outcome === 'succeeded' || (outcome === 'reused' && kind === 'pull')
    return counts && startMs !== undefined && endMs !== undefined ? [{ id, kind, ms: endMs - startMs }] : []
  })
  const timesOf = (task: string) =>
    instructions.of(task).map(({ instruction, seconds }) => ({ instruction, ms: seconds * 1000 }))
  return {
    durationsMs: new Map(done.map(({ id, ms }) => [id, ms])),
    memoryBytes: memoryOf(result),
    instructions: new Map(done.flatMap(({ id, kind }) => (kind === 'build' ? [[id, timesOf(id)]] : []))),
  }
}

/** What builds took at most, bytes. */
function memoryOf({ tasks }: Pick<RunResult, 'tasks'>): Map<string, number> {
  return new Map(
    [...tasks.values()].flatMap(({ id, outputs }) =>
      typeof outputs?.memoryBytes === 'number' ? [[id, outputs.memoryBytes] as const] : [],
    ),
  )
}
