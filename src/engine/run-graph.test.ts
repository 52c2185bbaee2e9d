import { describe, expect, test } from 'vitest'
import {
  aTask,
  runOptions,
  type ScriptedRun,
  type ScriptedTask,
  scriptedRun,
  toldTasks,
} from '../../test/rig/scripted-run.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import { type RunOptions, runGraph } from './run-graph.ts'
import { BlockedError, TaskError } from './task-error.ts'

function outcomes({ result }: ScriptedRun): Record<string, string> {
  return Object.fromEntries([...result.tasks].map(([id, { outcome }]) => [id, outcome]))
}

function failure({ result }: ScriptedRun, id: string) {
  return result.tasks.get(id)?.failure
}

describe('order', () => {
  test('R10: a build waits for nothing but its own needs, whatever order services deploy in', async () => {
    // deploy:db <-- deploy:api; build:api needs neither
    const { events } = await scriptedRun([
      aTask('deploy:db', { workMs: 100 }),
      aTask('build:api', { workMs: 20 }),
      aTask('deploy:api', { needs: ['deploy:db', 'build:api'] }),
    ])
    expect(toldTasks(events)).toEqual([
      '0 deploy:db started',
      '0 build:api started',
      '20 build:api succeeded',
      '100 deploy:db succeeded',
      '100 deploy:api started',
      '110 deploy:api succeeded',
    ])
  })

  test('M6: within the slots, the task with the longest remaining path goes first', async () => {
    const tasks = [
      aTask('short', { slots: { cpu: 1 }, expectedMs: 10 }),
      aTask('long', { slots: { cpu: 1 }, expectedMs: 50 }),
      aTask('head', { slots: { cpu: 1 }, expectedMs: 20 }),
      aTask('tail', { slots: { cpu: 1 }, expectedMs: 40, needs: ['head'] }),
    ]
    const { events } = await scriptedRun(tasks, { capacity: { cpu: 1 } })
    const started = events.flatMap((event) => (event.type === 'task-started' ? [event.task] : []))
    expect(started).toEqual(['head', 'long', 'tail', 'short'])
  })

  test('M6: when no duration is known, the deeper path goes first, and equal ones in the order of the plan', async () => {
    const tasks = [
      aTask('flat', { slots: { cpu: 1 } }),
      aTask('other', { slots: { cpu: 1 } }),
      aTask('deep', { slots: { cpu: 1 } }),
      aTask('after', { needs: ['deep'] }),
    ]
    const { events } = await scriptedRun(tasks, { capacity: { cpu: 1 } })
    const started = events.flatMap((event) => (event.type === 'task-started' ? [event.task] : []))
    expect(started).toEqual(['deep', 'flat', 'after', 'other'])
  })

  test('M6: a task that asks for more than there is runs alone rather than never', async () => {
    const tasks = [
      aTask('huge', { slots: { memory: 64 }, expectedMs: 1 }),
      aTask('small', { slots: { memory: 1 }, expectedMs: 50 }),
    ]
    const { events } = await scriptedRun(tasks, { capacity: { memory: 8 } })
    expect(toldTasks(events)).toEqual([
      '0 small started',
      '10 small succeeded',
      '10 huge started',
      '20 huge succeeded',
    ])
  })

  test('M6: a large task is not starved by small ones behind it, and those on other slots go ahead', async () => {
    const tasks = [
      aTask('first', { slots: { memory: 2 }, expectedMs: 900, workMs: 30 }),
      aTask('large', { slots: { memory: 4 }, expectedMs: 800 }),
      aTask('small', { slots: { memory: 1 }, expectedMs: 1 }),
      aTask('load', { slots: { cluster: 1 }, expectedMs: 1 }),
    ]
    const { events } = await scriptedRun(tasks, { capacity: { memory: 4, cluster: 1 } })
    expect(toldTasks(events)).toEqual([
      '0 first started',
      '0 load started',
      '10 load succeeded',
      '30 first succeeded',
      '30 large started',
      '40 large succeeded',
      '40 small started',
      '50 small succeeded',
    ])
  })

  test('the critical path is that of the measured durations', async () => {
    const { result } = await scriptedRun([
      aTask('a', { workMs: 30, expectedMs: 1 }),
      aTask('b', { workMs: 5, expectedMs: 900 }),
      aTask('c', { needs: ['a', 'b'] }),
    ])
    expect(result.criticalPath).toEqual(['a', 'c'])
    expect(result.durationMs).toBe(40)
  })
})

describe('size', () => {
  const chain = (script: Partial<ScriptedTask>) =>
    Array.from({ length: 10_000 }, (_, i) =>
      aTask(`t${i}`, { workMs: 0, needs: i === 0 ? [] : [`t${i - 1}`], ...(i === 0 && script) }),
    )

  test('a chain of 10,000 tasks runs to its end', async () => {
    const { result } = await scriptedRun(chain({}))
    expect(result).toMatchObject({ outcome: 'succeeded' })
    expect(result.criticalPath).toHaveLength(10_000)
  })

  test('a failure at the root of a chain of 10,000 blocks all the others, and each names the root', async () => {
    const { result } = await scriptedRun(chain({ end: 'fails' }))
    const causes = [...result.tasks.values()].slice(1).map(({ failure: why }) => why?.causes?.join())
    expect(causes).toHaveLength(9_999)
    expect(new Set(causes)).toEqual(new Set(['t0']))
  })
})

describe('failure', () => {
  test('E2: independent work goes on, every failure is told, and what is blocked names all its roots', async () => {
    // a(fails) <-- c <-- d      e
    // b(fails) <---'
    const run = await scriptedRun([
      aTask('a', { end: 'fails' }),
      aTask('b', { end: 'fails', workMs: 30 }),
      aTask('c', { needs: ['a', 'b'] }),
      aTask('d', { needs: ['c'] }),
      aTask('e', { workMs: 50 }),
    ])
    expect(toldTasks(run.events).slice(3)).toEqual([
      '10 a failed',
      '30 b failed',
      '30 c blocked',
      '30 d blocked',
      '50 e succeeded',
    ])
    expect(failure(run, 'd')).toEqual({
      code: 'E_TASK_BLOCKED',
      message: 'd did not start: a and b failed',
      causes: ['a', 'b'],
    })
    expect(run.result.outcome).toBe('failed')
  })

  test('E8: a failure thrown before the first await is an outcome like any other', async () => {
    const run = await scriptedRun([aTask('a'), aTask('b')], {
      execute: (task) => {
        if (task.id === 'a') throw new TaskError({ code: 'E_BROKEN', message: 'at once' })
        return Promise.resolve({ outcome: 'succeeded' })
      },
    })
    expect(outcomes(run)).toEqual({ a: 'failed', b: 'succeeded' })
    expect(failure(run, 'a')).toEqual({ code: 'E_BROKEN', message: 'at once' })
  })

  test('what is thrown unexpectedly is an internal error, with the stack as detail', async () => {
    const run = await scriptedRun([aTask('a', { end: 'crashes' })])
    expect(failure(run, 'a')).toMatchObject({ code: 'E_INTERNAL', message: 'Internal error: unforeseen' })
    expect(failure(run, 'a')?.detail).toContain('scripted-run.ts')
  })

  test('E2: a task that finds, while it runs, that another is the cause is blocked, and so is what needs it', async () => {
    const run = await scriptedRun(
      [
        aTask('cluster'),
        aTask('nodes', { after: [{ task: 'cluster', ms: 0 }] }),
        aTask('load', { needs: ['nodes'] }),
      ],
      {
        execute: async ({ id }, { clock }) => {
          await clock.sleep(10)
          throw id === 'cluster'
            ? new TaskError({ code: 'E', message: 'no memory' })
            : new BlockedError(['cluster'])
        },
      },
    )
    expect(outcomes(run)).toEqual({ cluster: 'failed', nodes: 'blocked', load: 'blocked' })
    expect(failure(run, 'nodes')).toEqual({
      code: 'E_TASK_BLOCKED',
      message: 'nodes was given up: cluster failed',
      causes: ['cluster'],
    })
    expect(failure(run, 'load')?.causes).toEqual(['cluster'])
  })

  test('in mode no-new the running ones finish and nothing starts any more', async () => {
    const run = await scriptedRun(
      [
        aTask('a', { end: 'fails' }),
        aTask('b', { workMs: 50 }),
        aTask('after-a', { needs: ['a'] }),
        aTask('after-b', { needs: ['b'] }),
      ],
      { failureMode: 'no-new' },
    )
    expect(outcomes(run)).toEqual({
      a: 'failed',
      'after-a': 'blocked',
      b: 'succeeded',
      'after-b': 'cancelled',
    })
    expect(failure(run, 'after-b')).toEqual({
      code: 'E_TASK_CANCELLED',
      message: 'after-b was cancelled: a failed',
      causes: ['a'],
    })
  })

  test('in mode kill the running ones are aborted as well, and only the failure counts as one', async () => {
    const run = await scriptedRun(
      [aTask('a', { end: 'fails' }), aTask('b', { workMs: 5_000 }), aTask('after-b', { needs: ['b'] })],
      { failureMode: 'kill' },
    )
    expect(outcomes(run)).toEqual({ a: 'failed', b: 'cancelled', 'after-b': 'cancelled' })
    expect(failure(run, 'b')?.causes).toEqual(['a'])
    expect(run.result.outcome).toBe('failed')
    expect(run.events.find(({ type }) => type === 'teardown-started')?.at).toBe(10)
  })
})

describe('retry', () => {
  test('I21: a failure that can be retried is, each attempt is told, and the last one counts', async () => {
    const run = await scriptedRun([aTask('a', { transientFailures: 2 })])
    expect(toldTasks(run.events)).toEqual([
      '0 a started',
      '10 a retried: busy',
      '25 a retried: busy',
      '40 a succeeded',
    ])
    expect(run.result.tasks.get('a')).toMatchObject({ attempts: 3, outputs: { attempt: 3 } })
  })

  test('I21: attempts are bounded', async () => {
    const run = await scriptedRun([aTask('a', { transientFailures: 9 })], { maxAttempts: 2 })
    expect(toldTasks(run.events)).toEqual(['0 a started', '10 a retried: busy', '25 a failed'])
  })

  test('R4: a failure that is not said to be retryable is told at once', async () => {
    const run = await scriptedRun([aTask('a', { end: 'fails' })])
    expect(toldTasks(run.events)).toEqual(['0 a started', '10 a failed'])
  })
})

describe('time limits', () => {
  test('R9: a task ends as timed out when its time is over, attempts and pauses taken together', async () => {
    const run = await scriptedRun([aTask('a', { transientFailures: 9, timeoutMs: 12 })], { maxAttempts: 9 })
    expect(toldTasks(run.events)).toEqual(['0 a started', '10 a retried: busy', '12 a timed-out'])
    expect(failure(run, 'a')).toEqual({
      code: 'E_TASK_TIMEOUT',
      message: 'a did not finish within its limit of 0.0s',
    })
  })

  test('R6: what the work knew when its time was over is in the failure', async () => {
    const clock = new VirtualClock()
    const execute: RunOptions['execute'] = async (_, { signal }) => {
      await clock.sleep(60_000, signal).catch(() => {})
      throw new TaskError({ code: 'E_NOT_READY', message: '0 of 1 ready', detail: 'pulling', hint: 'wait' })
    }
    const result = await clock.run(
      runGraph([aTask('a', { timeoutMs: 5_000 })], runOptions(clock, { execute })),
    )
    expect(result.tasks.get('a')?.failure).toEqual({
      code: 'E_TASK_TIMEOUT',
      message: 'a did not finish within its limit of 5.0s',
      detail: '0 of 1 ready\npulling',
      hint: 'wait',
    })
  })

  test('the first cause wins: a cancel while a timed-out task is stopping does not make it cancelled', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    const execute: RunOptions['execute'] = async (_, { signal }) => {
      await clock.sleep(60_000, signal).catch(() => {})
      await clock.sleep(20)
      throw new Error('stopped at last')
    }
    const run = runGraph(
      [aTask('a', { timeoutMs: 10 })],
      runOptions(clock, { execute, signal: cancel.signal }),
    )
    await clock.advance(15)
    cancel.abort()
    const { tasks } = await clock.run(run)
    expect(tasks.get('a')).toMatchObject({ outcome: 'timed-out', endMs: 30 })
  })

  test('work that succeeds after its time was over has timed out all the same', async () => {
    const run = await scriptedRun([aTask('a', { timeoutMs: 10, workMs: 20, isStubborn: true })])
    expect(toldTasks(run.events)).toEqual(['0 a started', '20 a timed-out'])
  })
})

test('what a task warns of is told to people, with its name', async () => {
  const { events } = await scriptedRun([aTask('a')], {
    execute: async (_, context) => {
      context.warn('the disk is slow')
      return { outcome: 'succeeded' }
    },
  })
  expect(events).toContainEqual({ type: 'note', at: 0, level: 'warning', text: 'a: the disk is slow' })
})
