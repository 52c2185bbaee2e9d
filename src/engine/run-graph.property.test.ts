import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  aTask,
  type ScriptedRun,
  type ScriptedRunOptions,
  type ScriptedTask,
  scriptedRun,
} from '../../test/rig/scripted-run.ts'
import type { RunEvent } from './events.ts'
import { isSuccess } from './outcome.ts'
import { replay } from './records.ts'
import type { Lag, Task } from './task.ts'

interface Scenario {
  readonly tasks: readonly ScriptedTask[]
  readonly options: ScriptedRunOptions
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({ tasks: taskLists(), options: optionSets() })

function taskLists(): fc.Arbitrary<ScriptedTask[]> {
  const script = fc.record({
    needs: fc.array(fc.nat(), { maxLength: 4 }),
    lags: fc.uniqueArray(fc.record({ of: fc.nat(), ms: fc.nat(80) }), { maxLength: 2 }),
    workMs: fc.nat(60),
    expectedMs: fc.oneof(fc.constant(0), fc.nat(60)),
    slots: fc.record({ cpu: fc.nat(3), memory: fc.nat(6), free: fc.nat(3) }, { requiredKeys: [] }),
    end: fc.oneof(
      { weight: 6, arbitrary: fc.constant('succeeded' as const) },
      { weight: 3, arbitrary: fc.constantFrom('reused' as const, 'fails' as const, 'crashes' as const) },
    ),
    transientFailures: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(4)),
    isStubborn: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
    undos: fc.array(fc.constantFrom('works' as const, 'works' as const, 'fails' as const), { maxLength: 2 }),
    timeoutMs: fc.option(fc.nat(80), { nil: undefined, freq: 3 }),
  })
  return fc.array(script, { minLength: 1, maxLength: 40 }).chain((scripts) => {
    const tasks = scripts.map(({ needs, lags, timeoutMs, slots, ...rest }, i) =>
      aTask(`t${i}`, {
        ...rest,
        slots: slots as Task['slots'],
        needs: i === 0 ? [] : [...new Set(needs.map((n) => `t${n % i}`))],
        ...(i > 0 && lags.length > 0 && { after: lagsOf(lags, i) }),
        ...(timeoutMs !== undefined && { timeoutMs }),
      }),
    )
    // The order of the plan need not be the order of the needs.
    return fc.shuffledSubarray(tasks, { minLength: tasks.length })
  })
}

/** Behind tasks before the one of that index, each once. */
function lagsOf(lags: readonly { readonly of: number; readonly ms: number }[], index: number): Lag[] {
  return [...new Map(lags.map(({ of, ms }) => [`t${of % index}`, ms]))].map(([task, ms]) => ({ task, ms }))
}

function optionSets(): fc.Arbitrary<ScriptedRunOptions> {
  return fc
    .record({
      capacity: fc.record({ cpu: fc.integer({ min: 1, max: 4 }), memory: fc.integer({ min: 1, max: 8 }) }),
      failureMode: fc.constantFrom('continue' as const, 'no-new' as const, 'kill' as const),
      cancelAtMs: fc.option(fc.nat(150), { nil: undefined, freq: 2 }),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      cancelGraceMs: fc.nat(30),
      teardownBudgetMs: fc.oneof(fc.constant(10_000), fc.nat(20)),
    })
    .map(({ cancelAtMs, ...rest }) => ({ ...rest, ...(cancelAtMs !== undefined && { cancelAtMs }) }))
}

function holds(name: string, check: (scenario: Scenario, run: ScriptedRun) => void): void {
  test(name, async () => {
    const property = fc.asyncProperty(scenarios, async (scenario) => {
      check(scenario, await scriptedRun(scenario.tasks, scenario.options))
    })
    await fc.assert(property, { numRuns: 150 })
  }, 60_000)
}

holds('every task ends exactly once, in exactly one outcome', ({ tasks }, { events, result }) => {
  const finished = events.flatMap((event) => (event.type === 'task-finished' ? [event.task] : []))
  expect(finished.toSorted()).toEqual(tasks.map(({ id }) => id).toSorted())
  expect([...result.tasks.keys()]).toEqual(finished)
})

holds(
  'no task starts before all its needs have succeeded, and none starts twice',
  ({ tasks }, { events }) => {
    const byId = new Map(tasks.map((task) => [task.id, task]))
    const succeeded = new Set<string>()
    const started = new Set<string>()
    for (const event of events) {
      if (event.type === 'task-finished' && isSuccess(event.outcome)) succeeded.add(event.task)
      if (event.type !== 'task-started') continue
      expect(started).not.toContain(event.task)
      started.add(event.task)
      for (const need of byId.get(event.task)?.needs ?? []) expect(succeeded).toContain(need)
    }
  },
)

holds(
  'E2: blocked is what needs something failed, timed out or blocked, with all roots of it as causes',
  ({ tasks }, { result }) => {
    const outcome = (id: string) => result.tasks.get(id)?.outcome
    const byId = new Map(tasks.map((task) => [task.id, task]))
    const roots = (id: string): string[] => {
      if (outcome(id) === 'failed' || outcome(id) === 'timed-out') return [id]
      return outcome(id) === 'blocked' ? (byId.get(id)?.needs ?? []).flatMap(roots) : []
    }
    for (const { id, needs } of tasks) {
      const record = result.tasks.get(id)
      const broken = needs.flatMap(roots)
      expect(record?.outcome === 'blocked').toBe(broken.length > 0)
      if (broken.length > 0) expect(new Set(record?.failure?.causes)).toEqual(new Set(broken))
      if (record?.outcome === 'blocked') expect(record.startMs).toBeUndefined()
      expect(record?.failure === undefined).toBe(isSuccess(record?.outcome ?? 'failed'))
    }
  },
)

holds(
  'what neither started nor is blocked was cancelled, and only a stopped run cancels',
  ({ tasks, options }, { result, eventsBeforeCancel }) => {
    const records = tasks.flatMap(({ id }) => result.tasks.get(id) ?? [])
    const hasFailed = records.some(({ outcome }) => outcome === 'failed' || outcome === 'timed-out')
    const isStopped = Number.isFinite(eventsBeforeCancel) || (hasFailed && options.failureMode !== 'continue')
    for (const record of records) {
      if (record.startMs === undefined) expect(['blocked', 'cancelled']).toContain(record.outcome)
      if (record.outcome === 'cancelled') expect(isStopped).toBe(true)
      if (record.outcome === 'cancelled' && record.startMs !== undefined && options.failureMode !== 'kill') {
        expect(Number.isFinite(eventsBeforeCancel)).toBe(true)
      }
    }
  },
)

holds(
  'no task starts after the run was cancelled, or after a failure unless the mode is to continue',
  ({ options }, { events, eventsBeforeCancel }) => {
    const failed = events.findIndex(
      (event) =>
        event.type === 'task-finished' && (event.outcome === 'failed' || event.outcome === 'timed-out'),
    )
    const stoppedAt = Math.min(
      eventsBeforeCancel,
      failed >= 0 && options.failureMode !== 'continue' ? failed : Number.POSITIVE_INFINITY,
    )
    const lastStart = events.findLastIndex((event) => event.type === 'task-started')
    expect(lastStart).toBeLessThan(stoppedAt)
  },
)

holds(
  'M6: slots are never exceeded, the most urgent task goes first, and none waits that could start',
  ({ tasks, options }, { events, eventsBeforeCancel }) => {
    const model = new ReadyModel(tasks, options.capacity ?? {})
    let nowMs = 0
    for (const [index, event] of events.entries()) {
      const isStopped = index >= eventsBeforeCancel || (model.hasFailed && options.failureMode !== 'continue')
      if (event.at > nowMs && !isStopped) expect(model.isAnyoneIdle()).toBe(false)
      nowMs = event.at
      model.apply(event)
    }
  },
)

holds(
  'a task that lags behind others starts when each of them has been running for so long, or has ended',
  ({ tasks }, { events, result }) => {
    const firstOf = (type: RunEvent['type'], id: string) =>
      events.findIndex((event) => event.type === type && 'task' in event && event.task === id)
    for (const { id, after = [] } of tasks) {
      const startMs = result.tasks.get(id)?.startMs
      if (startMs === undefined) continue
      for (const { task, ms } of after) {
        const hasEnded = firstOf('task-finished', task) < firstOf('task-started', id)
        const leaderMs = result.tasks.get(task)?.startMs ?? Number.POSITIVE_INFINITY
        expect(hasEnded || startMs >= leaderMs + ms).toBe(true)
      }
    }
  },
)

holds(
  'undo actions run in exact reverse order, and those without time left are reported',
  ({ options }, { deferred, undone, result, events }) => {
    const expected = deferred.toReversed()
    expect(undone).toEqual(expected.slice(0, undone.length))
    expect(result.undo).toMatchObject({ wasRun: true, actions: deferred.length })
    const reported = events.filter((event) => event.type === 'teardown-failed')
    expect(reported.map(({ task, message }) => ({ task, message }))).toEqual(result.undo.failures)
    const notBegun = result.undo.failures.slice(
      result.undo.failures.length - (expected.length - undone.length),
    )
    expect(notBegun.map(({ task }) => task)).toEqual(
      expected.slice(undone.length).map((name) => name.split('/')[0]),
    )
    if (options.teardownBudgetMs === 10_000) expect(undone).toEqual(expected)
  },
)

holds(
  'the stream of events alone, as it stands in a file, gives the same records',
  (_, { events, result }) => {
    const read = events.map((event) => JSON.parse(JSON.stringify(event)) as RunEvent)
    const record = replay(read)
    expect(record.tasks).toEqual(result.tasks)
    expect(record.open.size).toBe(0)
    expect(record.teardown?.failures).toEqual(result.undo.failures)
  },
)

holds('times never go back, and a task says nothing before its start and after its end', (_, { events }) => {
  const open = new Set<string>()
  let nowMs = 0
  for (const event of events) {
    expect(event.at).toBeGreaterThanOrEqual(nowMs)
    nowMs = event.at
    if (event.type === 'task-started') open.add(event.task)
    if (event.type === 'task-retried' || event.type === 'task-output') expect(open).toContain(event.task)
    if (event.type !== 'task-finished') continue
    if (!open.delete(event.task)) expect(event.durationMs).toBe(0)
  }
})

holds(
  'no task is tried more often than allowed, and no timer is left behind',
  ({ tasks, options }, { events, result, leftSleeping }) => {
    for (const { id } of tasks) {
      const retries = events.filter((event) => event.type === 'task-retried' && event.task === id)
      expect(retries.length).toBeLessThan(options.maxAttempts ?? 3)
      const record = result.tasks.get(id)
      if (record?.startMs !== undefined) expect(record.attempts).toBe(retries.length + 1)
    }
    if (!tasks.some(({ isStubborn }) => isStubborn)) expect(leftSleeping).toBe(0)
  },
)

holds(
  'the outcome of the run follows from those of its tasks and from the interrupt',
  (_, { result, events }) => {
    const outcomes = [...result.tasks.values()].map(({ outcome }) => outcome)
    if (outcomes.every(isSuccess)) expect(result.outcome).toBe('succeeded')
    else expect(['failed', 'interrupted']).toContain(result.outcome)
    const started = events.find((event) => event.type === 'teardown-started')
    expect(started?.reason).toBe(result.outcome === 'succeeded' ? 'finished' : result.outcome)
  },
)

/** What is ready, what runs and what is free, worked out slowly from the events alone. */
class ReadyModel {
  readonly #tasks: readonly Task[]
  readonly #capacity: Task['slots']
  readonly #succeeded = new Set<string>()
  readonly #seen = new Set<string>()
  readonly #running = new Map<string, Task>()
  readonly #startMs = new Map<string, number>()
  readonly #ended = new Set<string>()
  #nowMs = 0
  hasFailed = false

  constructor(tasks: readonly Task[], capacity: Task['slots']) {
    this.#tasks = tasks
    this.#capacity = capacity
  }

  apply(event: RunEvent): void {
    this.#nowMs = event.at
    if (event.type === 'task-started') this.#start(event.task)
    if (event.type !== 'task-finished') return
    this.#seen.add(event.task)
    this.#ended.add(event.task)
    this.#running.delete(event.task)
    if (isSuccess(event.outcome)) this.#succeeded.add(event.task)
    if (event.outcome === 'failed' || event.outcome === 'timed-out') this.hasFailed = true
  }

  /** Whether the most urgent ready task would fit: then it should have been started. */
  isAnyoneIdle(): boolean {
    const [first] = this.#ready()
    return first !== undefined && this.#fits(first)
  }

  #start(id: string): void {
    const ready = this.#ready()
    const task = ready.find((one) => one.id === id)
    if (!task) throw new Error(`${id} was not ready`)
    expect(this.#fits(task)).toBe(true)
    // Of two that become ready at the same moment, either may come first.
    const ahead = ready.slice(0, ready.indexOf(task)).filter((other) => !this.#isHeld(other, 1))
    const [first] = ahead
    if (first) expect(this.#fits(first)).toBe(false)
    const own = this.#demand(task).map(([slot]) => slot)
    for (const other of ahead) {
      for (const [slot] of this.#demand(other)) expect(own).not.toContain(slot)
    }
    this.#seen.add(id)
    this.#running.set(id, task)
    this.#startMs.set(id, this.#nowMs)
  }

  /** Whether it would still have to lag behind another, `earlierMs` ago. */
  #isHeld({ after = [] }: Task, earlierMs = 0): boolean {
    return after.some(({ task, ms }) => {
      const startMs = this.#startMs.get(task) ?? Number.POSITIVE_INFINITY
      return !this.#ended.has(task) && this.#nowMs - earlierMs < startMs + ms
    })
  }

  /** The most urgent first. */
  #ready(): Task[] {
    return this.#tasks
      .filter(({ id, needs }) => !this.#seen.has(id) && needs.every((need) => this.#succeeded.has(need)))
      .filter((task) => !this.#isHeld(task))
      .sort((a, b) => this.#remainingMs(b) - this.#remainingMs(a))
  }

  #remainingMs(task: Task): number {
    const after = this.#tasks.filter(({ needs }) => needs.includes(task.id))
    const longest = Math.max(0, ...after.map((other) => this.#memo(other)))
    return Math.max(1, task.expectedMs) + longest
  }

  readonly #known = new Map<string, number>()
  #memo(task: Task): number {
    const known = this.#known.get(task.id) ?? this.#remainingMs(task)
    this.#known.set(task.id, known)
    return known
  }

  #fits(task: Task): boolean {
    const running = [...this.#running.values()]
    return this.#demand(task).every(([slot, amount]) => {
      const taken = running.flatMap((other) => this.#demand(other).filter(([name]) => name === slot))
      return taken.reduce((sum, [, used]) => sum + used, amount) <= (this.#capacity[slot] ?? 0)
    })
  }

  #demand(task: Task): (readonly [string, number])[] {
    return Object.entries(task.slots).flatMap(([slot, amount]) => {
      const capacity = this.#capacity[slot]
      return capacity === undefined || amount === 0 ? [] : [[slot, Math.min(amount, capacity)] as const]
    })
  }
}
