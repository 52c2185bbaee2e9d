import type { RunEvent, RunPrediction, RunSaving } from '../../engine/events.ts'
import type { RunOutcome } from '../../engine/outcome.ts'
import { applyEvent, emptyRecord, type RunRecord } from '../../engine/records.ts'
import { type FailureMode, type RunResult, runGraph } from '../../engine/run-graph.ts'
import { simulate } from '../../engine/simulate.ts'
import { stampEvents } from '../../engine/stamp-events.ts'
import type { TaskContext, TaskResult } from '../../engine/task-context.ts'
import type { Plan, PlannedTask } from '../../plan/plan.ts'
import type { Measured } from '../../state/history.ts'
import type { RunDirectory } from '../../state/run-directory.ts'
import type { ImageScope } from '../../tasks/run-scope.ts'
import { mapTexts } from '../../util/map-texts.ts'
import { isTraceparent } from '../../util/trace-context.ts'
import type { Host, UsableEngine } from '../host.ts'
import { imageSizesOf } from '../measured/image-sizes.ts'
import { InstructionTimes } from '../measured/instruction-times.ts'
import { sampleMachine } from '../measured/machine-samples.ts'
import { measuredIn, wholesOf } from '../measured/measured.ts'
import { beside, measuredPhases } from '../measured/measured-phases.ts'
import { savingsOf } from '../measured/savings.ts'
import { exitCodes } from '../operation-error.ts'
import { taskPlaces } from './task-places.ts'

/** All that is undone after an interrupt must be undone within this time, milliseconds. */
const teardownBudgetMs = 60_000
/** How long cancelled work may take to stop: a build gets 4 s and then 5 s before it is killed; that needs a moment. */
const cancelGraceMs = 12_000
const maxAttempts = 3

/** How a run is to be stopped, and who is told of it. */
export interface RunPlanOptions {
  readonly signal: AbortSignal
  readonly failureMode: FailureMode
  /** Where the run's events go, asked for once its directory exists. */
  readonly report: (run: RunDirectory) => (event: RunEvent) => void
}

export interface RunEnd {
  readonly outcome: RunOutcome
  readonly exitCode: number
  readonly result: RunResult
  /** Everything its events have told. */
  readonly told: RunRecord
  /** What the instructions of its builds took. */
  readonly instructions: InstructionTimes
}

interface Work<T extends PlannedTask> {
  readonly command: 'up' | 'test' | 'build'
  readonly plan: Plan & { readonly tasks: readonly T[] }
  readonly scope: ImageScope
  readonly execute: (task: T, context: TaskContext) => Promise<TaskResult>
  /** Called when all tasks have ended, and before anything is undone or removed; not to throw. */
  readonly beforeTeardown?: (outcome: RunOutcome, told: RunRecord, note: AddNote) => Promise<void>
}

/** Tells whoever follows the run, in a sentence. */
type AddNote = (level: 'info' | 'warning', text: string) => void

/**
 * Runs a plan, from its first event to its last, remembers how long its tasks took, and works out what it would have
 * gained without the longest parts of them. Only an interrupt undoes what was done.
 */
export async function runPlan<T extends PlannedTask>(
  { command, plan, scope, execute, beforeTeardown }: Work<T>,
  options: RunPlanOptions,
  host: Host,
  { workaround }: Pick<UsableEngine, 'workaround'>,
  warnings: readonly string[] = [],
): Promise<RunEnd> {
  const { clock, run } = scope
  const report = options.report(run)
  const instructions = new InstructionTimes(scope.engine)
  const redact = (text: string) => host.generatedRedactor.redact(text)
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]))
  const told = emptyRecord()
  const emit = (event: RunEvent) => {
    const redacted = mapTexts(event, redact)
    applyEvent(told, redacted)
    const ended = instructions.onEvent(redacted)
    if (ended !== undefined && 'task' in redacted && tasks.get(redacted.task)?.kind === 'build') {
      const { instruction: text, seconds } = ended
      const { at, task } = redacted
      report({ type: 'task-part', at, task, text, durationMs: Math.round(seconds * 1000) })
    }
    report(redacted)
  }
  const startMs = clock.now()
  const stamp = stampEvents(clock, startMs, emit)
  const environment = plan.environment || null
  const { TRACEPARENT: traceparent } = host.env
  stamp({
    ...{ type: 'run-started', version: 1, run: run.id, command, environment, startedAt: clock.epochMs() },
    ...(isTraceparent(traceparent) ? { traceparent } : {}),
  })
  const note: AddNote = (level, text) => stamp({ type: 'note', level, text })
  if (workaround !== undefined) note('info', `podman runs with settings of kindling's own: ${workaround}`)
  for (const text of warnings) note('warning', text)
  stamp({
    type: 'plan-ready',
    strategy: plan.strategy,
    tasks: plan.tasks,
    capacity: plan.capacity,
    prediction: await predictionOf(plan),
    places: taskPlaces(plan, scope.config),
  })
  const stopSampling = sampleMachine((sample) => stamp({ type: 'machine-sample', ...sample }))
  const { tasks: records, ...ended } = await runGraph(plan.tasks, {
    execute: (task, context) => execute(tasks.get(task.id) as T, context),
    capacity: plan.capacity,
    clock,
    emit,
    signal: options.signal,
    failureMode: options.failureMode,
    maxAttempts,
    cancelGraceMs,
    teardown: async (outcome) => {
      await beforeTeardown?.(outcome, told, note)
      return outcome === 'interrupted'
    },
    teardownBudgetMs,
    startMs,
  }).finally(stopSampling)
  const redacted = [...records].map(([id, record]) => [id, mapTexts(record, redact)] as const)
  const result: RunResult = { ...mapTexts(ended, redact), tasks: new Map(redacted) }
  const exitCode = exitCodeOf(result)
  const { outcome, durationMs, criticalPath } = result
  const measured = measuredIn(plan, result, instructions)
  const diskBytes = await imageSizesOf(plan.tasks, result, scope.config, scope.provided, scope.engine)
  const phases = measuredPhases(plan, result)
  const known = beside(phases, (name) => host.history.phase(scope.projectId, name))
  const phasesMs = new Map(phases.map(({ name, durationMs: ms }) => [name, ms]))
  const durationsMs = new Map([...measured.durationsMs, ...wholesOf(plan, result)])
  await host.history
    .add(scope.projectId, { ...measured, durationsMs, diskBytes, phasesMs })
    .catch((error) => {
      // What comes after this run, its removal above all, does not need it.
      note('warning', `how long tasks took could not be remembered: ${error.message}`)
    })
  const savings = outcome === 'succeeded' ? await savingsOfRun(plan, result, measured, scope) : []
  stamp({
    ...{ type: 'run-finished', outcome, durationMs, criticalPath, exitCode },
    ...(savings.length === 0 ? {} : { savings }),
    ...(known.length === 0 ? {} : { phases: known }),
  })
  return { outcome, exitCode, result, told, instructions }
}

/** In the order in which the tasks will end. */
async function predictionOf({ tasks, capacity }: Plan): Promise<RunPrediction> {
  const { tasks: times, totalMs } = await simulate(tasks, capacity)
  return { totalMs, tasks: [...times].map(([id, { startMs, endMs }]) => ({ id, startMs, endMs })) }
}

/** By the times that were measured: what this run would have gained. */
function savingsOfRun(
  plan: Plan,
  result: RunResult,
  { instructions }: Required<Pick<Measured, 'instructions'>>,
  { config }: ImageScope,
): Promise<RunSaving[]> {
  const tasks = plan.tasks.map((task) => {
    const { startMs = 0, endMs = 0 } = result.tasks.get(task.id) ?? {}
    return { ...task, expectedMs: endMs - startMs, isEstimate: false }
  })
  return savingsOf(
    tasks,
    config,
    (task) => instructions.get(task) ?? [],
    async (changed) => {
      const { totalMs } = await simulate(changed, plan.capacity)
      return totalMs
    },
  )
}

/** Whether an attempt of a task has failed, after which its tools may have left something, whatever came of the task. */
export function hasFailedAttempts({ result }: RunEnd): boolean {
  return [...result.tasks.values()].some(
    ({ outcome, attempts }) => attempts > 1 || outcome === 'failed' || outcome === 'timed-out',
  )
}

function exitCodeOf({ outcome, tasks }: RunResult): number {
  if (outcome === 'succeeded') return exitCodes.ok
  if (outcome === 'interrupted') return exitCodes.interrupted
  const failed = [...tasks.values()].filter(({ failure }) => failure !== undefined)
  const codes = failed.map(({ failure }) => failure?.code)
  // Not for tests that could not even be started.
  const haveTestsFailed = failed[0]?.id.startsWith('test:') && !codes.includes('E_TESTS_NOT_STARTED')
  if (failed.length === 1 && haveTestsFailed) return exitCodes.testsFailed
  if (codes.includes('E_INTERNAL')) return exitCodes.internal
  const isMachine = (code = '') => code.startsWith('E_CLUSTER_') || code === 'E_NO_SPACE'
  return codes.some(isMachine) ? exitCodes.machine : exitCodes.taskFailed
}
