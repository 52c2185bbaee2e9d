import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory, writeFiles } from '../../test/rig/temp-directory.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import { identify } from '../exec/process-tree.ts'
import { type Acquired, Holds } from './holds.ts'

async function otherProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'spawn')
  return child
}

/** As if that process had taken it. */
function takenBy(directory: string, name: string, { pid = 0 }: ChildProcess): void {
  const holder = { ...identify(pid), command: 'kindling up' }
  writeFiles(directory, { [`holds/${name}.json`]: JSON.stringify(holder) })
}

function released(acquired: Acquired): void {
  if ('heldBy' in acquired) throw new Error('it was free')
  acquired.release()
}

test('one thing is held by one at a time, and the other is told who has it', async () => {
  const holds = new Holds(temporaryDirectory())
  const first = await holds.acquire('shop', 'kindling up')
  expect(await holds.acquire('shop', 'kindling down')).toMatchObject({
    heldBy: { pid: process.pid, command: 'kindling up' },
  })
  expect(await holds.acquire('other', 'kindling up')).toHaveProperty('release')
  expect(holds.held().sort()).toEqual(['other', 'shop'])
  released(first)
  expect(holds.holder('shop')).toBeUndefined()
  released(await holds.acquire('shop', 'kindling down'))
})

test('of many who try at once, one gets it', async () => {
  const directory = temporaryDirectory()
  const tries = Array.from({ length: 6 }, (_, index) => new Holds(directory).acquire('shop', `try ${index}`))
  expect((await Promise.all(tries)).filter((answer) => 'release' in answer)).toHaveLength(1)
})

test('E1: a holder that was killed does not count', async () => {
  const directory = temporaryDirectory()
  const holds = new Holds(directory)
  const other = await otherProcess()
  takenBy(directory, 'shop', other)
  expect(await holds.acquire('shop', 'kindling down')).toMatchObject({ heldBy: { pid: other.pid } })
  other.kill('SIGKILL')
  await once(other, 'exit')
  expect(holds.held()).toEqual([])
  expect(await holds.acquire('shop', 'kindling down')).toHaveProperty('release')
})

test('a holder whose pid belongs to another process by now does not count', async () => {
  const directory = temporaryDirectory()
  const holder = { pid: process.pid, startTime: '1', command: 'kindling up' }
  writeFiles(directory, { 'holds/shop.json': JSON.stringify(holder) })
  expect(await new Holds(directory).acquire('shop', 'kindling down')).toHaveProperty('release')
})

test('a hold that was cut short in writing is none', async () => {
  const directory = temporaryDirectory({ 'holds/shop.json': '{"pid": 1' })
  expect(await new Holds(directory).acquire('shop', 'kindling down')).toHaveProperty('release')
})

test('who waits is told once of whom for, and gets it when that one lets go', async () => {
  const holds = new Holds(temporaryDirectory())
  const clock = new VirtualClock()
  const first = await holds.acquire('image', 'first')
  const told: string[] = []
  let looks = 0
  const sleep = (ms: number) => {
    if (++looks === 3) released(first)
    return clock.advance(ms)
  }
  const release = await holds.wait('image', 'second', sleep, ({ command }) => told.push(command))
  expect(told).toEqual(['first'])
  expect(looks).toBe(3)
  expect(holds.holder('image')?.command).toBe('second')
  release()
})

test('a wait that is interrupted holds nothing', async () => {
  const holds = new Holds(temporaryDirectory())
  await holds.acquire('image', 'first')
  const wait = holds.wait('image', 'second', () => Promise.reject(new Error('interrupted')))
  await expect(wait).rejects.toThrow('interrupted')
  expect(holds.holder('image')?.command).toBe('first')
})

test('what killed holders have left can be swept away, and what living ones have stays', async () => {
  const directory = temporaryDirectory()
  const holds = new Holds(directory)
  const dead = await otherProcess()
  takenBy(directory, 'crashed', dead)
  const ended = once(dead, 'exit')
  dead.kill('SIGKILL')
  await ended
  const living = await holds.acquire('shop', 'kindling up')
  expect(holds.lastHolder('crashed')).toMatchObject({ pid: dead.pid })
  await holds.sweep()
  expect(holds.lastHolder('crashed')).toBeUndefined()
  expect(holds.held()).toEqual(['shop'])
  released(living)
})
