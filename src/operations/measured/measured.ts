import type { RunResult } from '../../engine/run-graph.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Measured } from '../../state/history.ts'
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

/** What `history` knows the whole of a run by: no task has such an id. */
export function wholeRun(command: 'up' | 'test', environment: string): string {
  return `whole ${command} ${environment}`
}

/**
 * How long it took to bring an environment up, and the same with its tests: of runs that went well and had more to do than
 * to find everything there.
 */
export function wholesOf(
  { tasks, environment }: Pick<Plan, 'tasks' | 'environment'>,
  { outcome, durationMs, tasks: records }: Pick<RunResult, 'outcome' | 'durationMs' | 'tasks'>,
): ReadonlyMap<string, number> {
  const endOf = (kinds: (kind: string) => boolean) =>
    Math.max(0, ...tasks.flatMap(({ id, kind }) => (kinds(kind) ? (records.get(id)?.endMs ?? 0) : 0)))
  const isNew = tasks.some(({ id, kind }) => kind === 'deploy' && records.get(id)?.outcome === 'succeeded')
  if (outcome !== 'succeeded' || !isNew) return new Map()
  const hasTests = tasks.some(({ kind }) => kind === 'test')
  return new Map([
    [wholeRun('up', environment), hasTests ? endOf((kind) => kind !== 'test') : durationMs],
    ...(hasTests ? [[wholeRun('test', environment), durationMs] as const] : []),
  ])
}

/** What builds took at most, bytes. */
function memoryOf({ tasks }: Pick<RunResult, 'tasks'>): Map<string, number> {
  return new Map(
    [...tasks.values()].flatMap(({ id, outputs }) =>
      typeof outputs?.memoryBytes === 'number' ? [[id, outputs.memoryBytes] as const] : [],
    ),
  )
}
