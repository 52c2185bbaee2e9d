import { describe, expect, test } from 'vitest'
import { aLivePod } from '../../../test/rig/kubernetes-objects.ts'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import type { Pod } from './live-objects.ts'
import { type StartedContainer, SteadinessKeeper, startedContainers } from './steadiness.ts'

const startedAt = '2030-01-01T00:00:00Z'
const running = { running: { startedAt } }

describe('a container that has not shown yet that it works', () => {
  test('is one that runs and has no readiness probe', () => {
    const [started] = startedContainers([
      aLivePod('web-1', 'web', { app: { state: running, restartCount: 2 } }),
    ])
    expect(started).toMatchObject({ label: 'web-1/app', restarts: 2, startedMs: Date.parse(startedAt) })
  })

  test('is none that is asked whether it is ready', () => {
    const pod = aLivePod('web-1', 'web', { app: { state: running } })
    const probed: Pod = { ...pod, spec: { containers: [{ name: 'app', readinessProbe: {} }] } }
    expect(startedContainers([probed])).toEqual([])
  })
})

describe('it is believed', () => {
  const container = (more: Partial<StartedContainer> = {}): StartedContainer => ({
    id: 'a',
    label: 'web-1/app',
    startedMs: Date.parse(startedAt),
    restarts: 0,
    ...more,
  })

  /** How long it takes from when it is first seen, `lagMs` after its start. */
  async function untilBelieved(started: StartedContainer, lagMs = 0): Promise<number> {
    const clock = new VirtualClock()
    const keeper = new SteadinessKeeper(clock)
    await clock.advance(lagMs)
    if (keeper.firstUnsteady([started]) === undefined) return 0
    const waitMs = keeper.untilNextMs() ?? 0
    await clock.advance(waitMs - 1)
    expect(keeper.firstUnsteady([started])).toBe(started)
    await clock.advance(1)
    expect(keeper.firstUnsteady([started])).toBeUndefined()
    expect(keeper.untilNextMs()).toBeUndefined()
    return waitMs
  }

  test('after a moment', async () => {
    expect(await untilBelieved(container())).toBe(1_500)
  })

  test('later when the start was told late, within bounds', async () => {
    expect(await untilBelieved(container(), 400)).toBe(1_900)
    expect(await untilBelieved(container(), 3_600_000)).toBe(2_500)
  })

  test('later when it has crashed before', async () => {
    expect(await untilBelieved(container({ restarts: 1 }))).toBe(10_000)
  })

  test('at once when it was up before this run', async () => {
    expect(await untilBelieved(container({ startedMs: Date.parse(startedAt) - 1 }))).toBe(0)
  })

  test('anew after a restart', async () => {
    const clock = new VirtualClock()
    const keeper = new SteadinessKeeper(clock)
    keeper.firstUnsteady([container()])
    await clock.advance(1_500)
    expect(keeper.firstUnsteady([container()])).toBeUndefined()
    expect(keeper.firstUnsteady([container({ id: 'b', restarts: 1 })])).toBeDefined()
  })

  test('side by side with others, not after them', async () => {
    const clock = new VirtualClock()
    const keeper = new SteadinessKeeper(clock)
    const both = [container(), container({ id: 'b' })]
    keeper.firstUnsteady(both)
    await clock.advance(1_500)
    expect(keeper.firstUnsteady(both)).toBeUndefined()
  })
})
