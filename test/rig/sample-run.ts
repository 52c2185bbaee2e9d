import type { RunEvent } from '../../src/engine/events.ts'
import { simulate } from '../../src/engine/simulate.ts'
import { TaskError } from '../../src/engine/task-error.ts'
import { aTask, type ScriptedRunOptions, type ScriptedTask, scriptedRun } from './scripted-run.ts'

/** The events of a whole run of scripted tasks, as a reporter gets them: the engine's between those of the caller. */
export async function sampleEvents(
  tasks: readonly ScriptedTask[],
  options: ScriptedRunOptions = {},
): Promise<RunEvent[]> {
  const { events, result } = await scriptedRun(tasks, options)
  const plan = tasks.map(({ id, kind, phase, needs, slots, expectedMs }) => {
    return { id, kind, phase, needs, slots, expectedMs }
  })
  const { outcome, durationMs, criticalPath } = result
  const capacity = options.capacity ?? {}
  const { tasks: times, totalMs } = await simulate(plan, capacity)
  const prediction = { totalMs, tasks: [...times].map(([id, time]) => ({ id, ...time })) }
  const exitCode = outcome === 'succeeded' ? 0 : 1
  return [
    {
      type: 'run-started',
      at: 0,
      version: 1,
      run: '7f3a',
      command: 'up',
      environment: 'gateway',
      startedAt: Date.UTC(2030, 0, 1),
    },
    { type: 'plan-ready', at: 0, strategy: 'hybrid', tasks: plan, capacity, prediction },
    ...events,
    { type: 'run-finished', at: durationMs, outcome, durationMs, criticalPath, exitCode },
  ]
}

/** A run in which one build fails, and another is tried twice. */
export function failedRun(): Promise<RunEvent[]> {
  return sampleEvents(shop, {
    capacity: { cpu: 2 },
    undoMs: 800,
    execute: async (task, context) => {
      const { clock } = context
      for (const end of task.undos) {
        context.defer(async (undo) => {
          await clock.sleep(800, undo.signal)
          if (end === 'fails') throw new Error('network shop-7f3a is in use')
        })
      }
      context.progress('RUN npm ci', 4, 9)
      await clock.sleep(task.workMs / 2, context.signal)
      context.output('stdout', 'STEP 5/9: RUN npm run build')
      context.output(
        'stderr',
        'src/server.ts:12:7 - error TS2304: Cannot find name \u001b[31m"Foo"\u001b[39m',
      )
      await clock.sleep(task.workMs / 2, context.signal)
      if (task.id === 'load:base' && context.attempt === 1) {
        throw new TaskError(
          { code: 'E_LOAD_FAILED', message: 'ctr exited with code 255' },
          { isRetryable: true, retryDelayMs: 2_000 },
        )
      }
      if (task.end === 'fails') {
        throw new TaskError({
          code: 'E_BUILD_FAILED',
          message: 'podman exited with code 2',
          where: 'podman build --file docker/gateway.Dockerfile .',
          hint: 'build it alone with: kindling build gateway',
        })
      }
      return { outcome: 'succeeded' }
    },
  })
}

const shop = [
  aTask('cluster:create', {
    phase: 'cluster',
    workMs: 38_000,
    expectedMs: 40_000,
    undos: ['works', 'fails'],
  }),
  aTask('build:base', { phase: 'build', workMs: 42_000, expectedMs: 45_000, slots: { cpu: 1 } }),
  aTask('build:gateway', {
    phase: 'build',
    workMs: 65_300,
    expectedMs: 60_000,
    needs: ['build:base'],
    slots: { cpu: 1 },
    end: 'fails',
  }),
  aTask('load:base', {
    phase: 'load',
    workMs: 3_000,
    expectedMs: 3_000,
    needs: ['build:base', 'cluster:create'],
  }),
  aTask('load:gateway', { phase: 'load', expectedMs: 3_000, needs: ['build:gateway', 'cluster:create'] }),
  aTask('ready:gateway', { phase: 'deploy', expectedMs: 4_000, needs: ['load:gateway'] }),
]
