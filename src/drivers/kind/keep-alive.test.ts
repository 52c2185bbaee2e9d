import { expect, test } from 'vitest'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { KeepAlive } from './keep-alive.ts'

/** A cluster that idles for some time before two loads come at once. */
async function idle(ms: number, outcome: 'created' | 'reused') {
  const clock = new VirtualClock()
  const lines: string[] = []
  let revivals = 0
  const revive = async () => {
    revivals++
    await clock.sleep(5_000)
    return outcome
  }
  const keepAlive = new KeepAlive({ clock, revive })
  keepAlive.isReady()
  await clock.advance(ms)
  const options = { onRevived: (what: string) => lines.push(what) }
  await clock.run(Promise.all([keepAlive.beforeWork(options), keepAlive.beforeWork(options)]))
  await keepAlive.beforeWork(options)
  return { revivals, lines, tookMs: clock.now() - ms }
}

test('C1: a cluster that died while it was idle is made anew once, and that is told', async () => {
  expect(await idle(60_000, 'created')).toEqual({
    revivals: 1,
    lines: ['the cluster had died while it was idle, and was made anew'],
    tookMs: 5_000,
  })
})

test('one that still lives is only looked at, once', async () => {
  expect(await idle(60_000, 'reused')).toEqual({ revivals: 1, lines: [], tookMs: 5_000 })
})

test('one that has just become ready is not looked at', async () => {
  expect(await idle(9_000, 'created')).toEqual({ revivals: 0, lines: [], tookMs: 0 })
})

test('C1: what was loaded while the cluster was being made does not count as its first work', async () => {
  const clock = new VirtualClock()
  let revivals = 0
  const keepAlive = new KeepAlive({
    clock,
    revive: async () => {
      revivals++
      return 'reused'
    },
  })
  await keepAlive.beforeWork({})
  keepAlive.isReady()
  await clock.advance(60_000)
  await keepAlive.beforeWork({})
  expect(revivals).toBe(1)
})
