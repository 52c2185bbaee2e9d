import { expect, test } from 'vitest'
import { VirtualClock } from './virtual-clock.ts'

test('sleepers wake in order of time, and those of the same time as they fell asleep', async () => {
  const clock = new VirtualClock()
  const woken: string[] = []
  const sleep = (name: string, ms: number) =>
    clock.sleep(ms).then(() => woken.push(`${name} at ${clock.now()}`))
  await clock.run(Promise.all([sleep('a', 20), sleep('b', 10), sleep('c', 20), sleep('d', 0)]))
  expect(woken).toEqual(['d at 0', 'b at 10', 'a at 20', 'c at 20'])
})

test('what follows a wake happens before the next sleeper wakes', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  const first = (async () => {
    await clock.sleep(10)
    for (let i = 0; i < 50; i++) await null
    log.push(`first at ${clock.now()}`)
  })()
  const second = clock.sleep(11).then(() => log.push(`second at ${clock.now()}`))
  await clock.run(Promise.all([first, second]))
  expect(log).toEqual(['first at 10', 'second at 11'])
})

test('an aborted sleep rejects with the reason and leaves nobody sleeping', async () => {
  const clock = new VirtualClock()
  const controller = new AbortController()
  const slept = clock.sleep(10, controller.signal)
  controller.abort(new Error('enough'))
  await expect(slept).rejects.toThrow('enough')
  await expect(clock.sleep(10, controller.signal)).rejects.toThrow('enough')
  expect(clock.sleeping).toBe(0)
})

test('time can be advanced by a stretch, and the rest sleeps on', async () => {
  const clock = new VirtualClock()
  const woken: number[] = []
  for (const ms of [10, 20, 30]) void clock.sleep(ms).then(() => woken.push(ms))
  await clock.advance(25)
  expect(woken).toEqual([10, 20])
  expect(clock.now()).toBe(25)
  expect(clock.sleeping).toBe(1)
})

test('work that no time will end is an error rather than a hanging test', async () => {
  await expect(new VirtualClock().run(new Promise(() => {}))).rejects.toThrow(
    'waits for something that is not time',
  )
})
