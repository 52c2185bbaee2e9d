import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { aTask, runOptions, scriptedRun, toldTasks } from '../../test/rig/scripted-run.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import type { RunEvent } from './events.ts'
import { runGraph } from './run-graph.ts'

describe('cancellation', () => {
  test('running work is aborted, nothing starts any more, and the teardown takes place', async () => {
    const run = await scriptedRun(
      [aTask('a', { workMs: 500, undos: ['works'] }), aTask('b', { needs: ['a'] })],
      {
        cancelAtMs: 20,
      },
    )
    expect(toldTasks(run.events)).toEqual(['0 a started', '20 a cancelled', '20 b cancelled'])
    expect(run.undone).toEqual(['a/1/0'])
    expect(run.result).toMatchObject({ outcome: 'interrupted', undo: { wasRun: true, failures: [] } })
    expect(run.result.tasks.get('b')?.failure?.message).toBe('b was cancelled: the run was interrupted')
  })

  test('a task that does not listen is left to itself after the grace period', async () => {
    const run = await scriptedRun([aTask('a', { workMs: 500, isStubborn: true })], {
      cancelAtMs: 20,
      cancelGraceMs: 30,
    })
    expect(toldTasks(run.events)).toEqual(['0 a started', '50 a cancelled'])
    expect(run.result.tasks.get('a')?.failure?.detail).toContain('was left to itself')
  })

  test('a task that was left to itself can neither speak nor create anything', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    const events: RunEvent[] = []
    let thrown: unknown
    const run = runGraph(
      [aTask('a')],
      runOptions(clock, {
        signal: cancel.signal,
        emit: (event) => events.push(event),
        execute: async (_, context) => {
          await clock.sleep(500)
          context.output('stdout', 'too late')
          try {
            context.defer(async () => {})
          } catch (error) {
            thrown = error
          }
          return { outcome: 'succeeded' }
        },
      }),
    )
    await clock.advance(5)
    cancel.abort()
    await clock.run(run)
    const told = events.length
    await clock.advance(1_000)
    expect(thrown).toEqual(new Error('Internal error: a has ended and can undo nothing'))
    expect(events).toHaveLength(told)
  })

  test('a run that is cancelled before it starts starts nothing', async () => {
    const clock = new VirtualClock()
    const run = runGraph([aTask('a'), aTask('b')], runOptions(clock, { signal: AbortSignal.abort() }))
    const result = await clock.run(run)
    expect([...result.tasks.values()].map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled'])
    expect(result.outcome).toBe('interrupted')
  })

  test('a cancel from within an event reaches the task that is just starting', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    let executed = 0
    const options = runOptions(clock, {
      signal: cancel.signal,
      emit: (event) => {
        if (event.type === 'task-started') cancel.abort()
      },
      execute: async () => {
        executed++
        return { outcome: 'succeeded' }
      },
    })
    const result = await clock.run(runGraph([aTask('a'), aTask('b')], options))
    expect(executed).toBe(0)
    expect([...result.tasks.values()].map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled'])
  })
})

test('a run leaves no listener on the signal it was given', async () => {
  const { signal } = new AbortController()
  const clock = new VirtualClock()
  await clock.run(runGraph([aTask('a')], runOptions(clock, { signal })))
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

describe('teardown', () => {
  test('E1: a run that failed half way undoes what it did until then, last first', async () => {
    const run = await scriptedRun([
      aTask('cluster', { undos: ['works'] }),
      aTask('load', { needs: ['cluster'], undos: ['works', 'works'], end: 'fails' }),
      aTask('ready', { needs: ['load'], undos: ['works'] }),
    ])
    expect(run.undone).toEqual(['load/1/1', 'load/1/0', 'cluster/1/0'])
  })

  test('an undo that fails is told and does not stop the others', async () => {
    const run = await scriptedRun([aTask('a', { undos: ['works', 'fails', 'works'] })])
    expect(run.undone).toEqual(['a/1/2', 'a/1/1', 'a/1/0'])
    expect(run.result.undo.failures).toEqual([{ task: 'a', message: 'could not undo a/1/1' }])
    expect(run.events.slice(-3).map(({ type }) => type)).toEqual([
      'teardown-started',
      'teardown-failed',
      'teardown-finished',
    ])
  })

  test('when the budget is used up, what is left is reported and not dropped', async () => {
    const run = await scriptedRun([aTask('a', { undos: ['works', 'works', 'works'] })], {
      undoMs: 400,
      teardownBudgetMs: 500,
    })
    expect(run.undone).toEqual(['a/1/2', 'a/1/1'])
    const message = "the teardown's budget of 0.5s is used up"
    expect(run.result.undo.failures).toEqual([
      { task: 'a', message },
      { task: 'a', message },
    ])
    expect(run.events.at(-1)).toMatchObject({ type: 'teardown-finished', durationMs: 500, failed: 2 })
  })

  test('an undo that does not listen is left to itself after the grace period', async () => {
    const clock = new VirtualClock()
    const options = runOptions(clock, {
      execute: async (_, context) => {
        context.defer(() => new Promise(() => {}))
        return { outcome: 'succeeded' }
      },
    })
    const result = await clock.run(runGraph([aTask('a')], options))
    expect(clock.now()).toBe(10_050)
    expect(result.undo.failures).toEqual([
      { task: 'a', message: "the teardown's budget of 10.0s is used up" },
    ])
  })

  test('when it is not wanted nothing is undone, and the environment stays', async () => {
    const run = await scriptedRun([aTask('a', { undos: ['works'] })], {
      teardown: (outcome) => outcome !== 'succeeded',
    })
    expect(run.undone).toEqual([])
    expect(run.result.undo).toEqual({ wasRun: false, actions: 1, failures: [] })
    expect(run.events.some(({ type }) => type === 'teardown-started')).toBe(false)
  })

  test('E3: evidence is gathered before anything is undone', async () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const options = runOptions(clock, {
      execute: async (_, context) => {
        context.defer(async () => {
          log.push('undone')
        })
        return { outcome: 'succeeded' }
      },
      teardown: async () => {
        await clock.sleep(100)
        log.push('gathered')
        return true
      },
    })
    await clock.run(runGraph([aTask('a')], options))
    expect(log).toEqual(['gathered', 'undone'])
  })
})

describe('callbacks that throw', () => {
  test('a throwing emit stops the run, which is undone all the same and then rejects with the error', async () => {
    const undone: string[] = []
    const clock = new VirtualClock()
    const options = runOptions(clock, {
      emit: (event) => {
        if (event.type === 'task-finished') throw new Error('full disk')
      },
      execute: async (task, context) => {
        context.defer(async () => {
          undone.push(task.id)
        })
        return { outcome: 'succeeded' }
      },
    })
    const run = runGraph([aTask('a'), aTask('b', { needs: ['a'] })], options)
    await expect(clock.run(run)).rejects.toThrow('full disk')
    expect(undone).toEqual(['a'])
  })

  test('a list of tasks that is no graph is refused before anything starts', async () => {
    const run = runGraph([aTask('a', { needs: ['b'] })], runOptions(new VirtualClock()))
    await expect(run).rejects.toThrow('Internal error: not a graph: [{"type":"missing","id":"a","need":"b"}]')
  })
})
