import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { descendantsOf, groupOf, identify, isAlive, type ProcessIdentity } from './process-tree.ts'
import { killTreeNow, terminateTree } from './terminate.ts'

/** A process of the test's own, in a group of its own, that has said it is ready; ended at the latest with the test. */
async function startNode(
  code: string,
): Promise<{ child: ChildProcess; identity: ProcessIdentity; said: string }> {
  const child = spawn(process.execPath, ['-e', code], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const identity = identify(child.pid ?? 0)
  if (identity === undefined || child.stdout === null) throw new Error('the process did not start')
  onTestFinished(() => killTreeNow(identity))
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, identity, said: chunk.toString().trim() }
}

const stays = `setInterval(() => {}, 1000); console.log('ready')`
/** Starts a child in a session of its own, as container engines do, and tells its pid. */
const startsDaemon = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  setInterval(() => {}, 1000)
  console.log(child.pid)`

test('a process is asked once, and may end in its own way', async () => {
  const { child, identity } = await startNode(`
    let asked = 0
    process.on('SIGTERM', () => { asked++; setTimeout(() => process.exit(asked), 100) })
    ${stays}`)
  const exited = once(child, 'exit')
  await terminateTree(identity, 5_000)
  expect(await exited).toEqual([1, null])
})

test('who does not listen is killed when the grace period is over', async () => {
  const { child, identity } = await startNode(`process.on('SIGTERM', () => {}); ${stays}`)
  const exited = once(child, 'exit')
  await terminateTree(identity, 100)
  expect(await exited).toEqual([null, 'SIGKILL'])
  expect(isAlive(identity)).toBe(false)
})

test('a descendant in a session of its own ends with its ancestor', async () => {
  const { identity, said } = await startNode(startsDaemon)
  const daemon = identify(Number(said))
  if (daemon === undefined) throw new Error('the daemon did not start')
  expect(descendantsOf(identity.pid)).toContainEqual(daemon)
  await terminateTree(identity, 2_000)
  expect([identity, daemon].map(isAlive)).toEqual([false, false])
})

test('a pid that belongs to another process by now is not touched', async () => {
  const { identity } = await startNode(stays)
  await terminateTree({ ...identity, startTime: '1' }, 50)
  expect(isAlive(identity)).toBe(true)
  killTreeNow({ ...identity, startTime: '1' })
  expect(isAlive(identity)).toBe(true)
})

test('E4: what a process leaves in its group ends as well, though it is gone itself', async () => {
  const { child, identity, said } = await startNode(`
    const options = { stdio: 'ignore', env: { ...process.env, OWNER_OF_IT: 'shop' } }
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options)
    setInterval(() => {}, 1000)
    console.log(child.pid)`)
  const orphan = identify(Number(said))
  if (orphan === undefined) throw new Error('the child did not start')
  onTestFinished(() => killTreeNow(orphan))
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  // The id of the group may be another one's by now: what is not known by its variable is left alone.
  expect(groupOf(identity)).toEqual([])
  expect(groupOf(identity, 'OWNER_OF_IT=other')).toEqual([])
  const behind = groupOf(identity, 'OWNER_OF_IT=shop')
  expect(behind).toEqual([orphan])
  await terminateTree(identity, 2_000, behind)
  expect(isAlive(orphan)).toBe(false)
})

test('I9: the group of a process that has only got the id of another one is none of ours', async () => {
  const { identity } = await startNode(stays)
  const earlier = { ...identity, startTime: `${Number(identity.startTime) - 1}` }
  expect([groupOf(earlier), groupOf(earlier, `PATH=${process.env.PATH}`)]).toEqual([[], []])
  expect(groupOf(identity)).toEqual([identity])
})
