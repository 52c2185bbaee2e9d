import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDirectory, writeFiles } from '../../../test/rig/temp-directory.ts'
import { identify, isAlive, type ProcessIdentity } from '../../exec/process-tree.ts'
import type { EnvironmentRecord } from '../../state/environment-record.ts'
import { withLock } from '../../state/lock.ts'
import { gc } from '../gc/gc.ts'
import { Host } from '../host.ts'
import { isHeld, withOwner } from './hold.ts'
import { reap } from './reap.ts'

const owner = { id: 'shop-e2e-1', projectId: 'shop-1' }
const signal = new AbortController().signal

async function startProcess(): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  if (identity === undefined) throw new Error('the process did not start')
  return { child, identity }
}

/** A host on which a process was killed that had a port and another process, and had not come to write a record. */
async function crashedHost(): Promise<{
  host: Host
  pid: number
  orphan: ProcessIdentity
  holdFile: string
}> {
  const directory = temporaryDirectory()
  const host = new Host({ KINDLING_STATE_DIR: directory, KINDLING_REAPER: 'off' })
  const { child, identity } = await startProcess()
  const { identity: orphan } = await startProcess()
  const holdFile = `holds/owner.${owner.projectId}.${owner.id}.json`
  writeFiles(directory, { [holdFile]: JSON.stringify({ ...identity, command: 'kindling up', since: 0 }) })
  host.store.journal(owner.id).append({ kind: 'process', process: orphan, program: 'podman' })
  await host.ports.acquire(owner.id, [{ use: 'web.api' }])
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  return { host, pid: identity.pid, orphan, holdFile: join(directory, holdFile) }
}

function isGone(host: Host, orphan: ProcessIdentity): boolean {
  const directory = join(host.stateDirectory, 'environments', owner.id)
  return !isAlive(orphan) && host.ports.list().length === 0 && !existsSync(directory)
}

test('C10: of a process that was killed before it could write a record, processes and ports are reaped', async () => {
  const { host, pid, orphan, holdFile } = await crashedHost()
  await reap(owner, pid, { host, signal })
  expect(isGone(host, orphan)).toBe(true)
  expect(existsSync(holdFile)).toBe(false)
})

test('C10: without a reaper, gc does the same', async () => {
  const { host, orphan, holdFile } = await crashedHost()
  await gc({ host, signal, onRemoved: () => {}, onKept: () => {} })
  expect(isGone(host, orphan)).toBe(true)
  expect(existsSync(holdFile)).toBe(false)
})

test('nothing is reaped of whom another process has taken over, nor gc-ed', async () => {
  const { host, pid } = await crashedHost()
  await withOwner(host, owner, 'up', async () => {
    await host.ports.acquire(owner.id, [{ use: 'web.api' }])
    await reap(owner, pid, { host, signal })
    await gc({ host, signal, onRemoved: () => {}, onKept: () => {} })
    expect(host.ports.list()).toHaveLength(1)
    expect(isHeld(host, owner)).toBe(true)
  })
})

test('nothing is reaped of a process that came to its end', async () => {
  const { host, pid, orphan } = await crashedHost()
  const other = { ...owner, id: 'shop-ci-2' }
  await host.ports.acquire(other.id, [{ use: 'web.api' }])
  await reap(other, pid, { host, signal })
  expect(isAlive(orphan)).toBe(true)
  expect(host.ports.list()).toHaveLength(2)
})

test('who comes while a reaper is at work waits for it, and is told so', async () => {
  const host = new Host({ KINDLING_STATE_DIR: temporaryDirectory(), KINDLING_REAPER: 'off' })
  const notices: string[] = []
  const done: string[] = []
  let next: Promise<void> | undefined
  await withOwner(host, owner, 'reap', async () => {
    const told = new Promise<void>((resolve) => {
      host.onNotice = (text) => {
        notices.push(text)
        resolve()
      }
    })
    next = withOwner(host, owner, 'up', async () => void done.push('up'))
    await told
    done.push('reap')
  })
  await next
  expect(done).toEqual(['reap', 'up'])
  expect(notices).toEqual([expect.stringContaining(`process ${process.pid} is cleaning up`)])
})

test('what is brought up while gc comes to it stays', async () => {
  const directory = temporaryDirectory()
  const host = new Host({ KINDLING_STATE_DIR: directory, KINDLING_REAPER: 'off' })
  const record: Omit<EnvironmentRecord, 'state'> = {
    ...{ ...owner, kind: 'environment', project: 'shop', environment: 'e2e', provider: 'podman' },
    ...{ configFile: directory, engine: 'podman', createdAt: 0, runs: [], directories: [] },
  }
  host.store.write({ ...record, state: 'starting' })
  const told: string[] = []
  let collecting: Promise<void> | undefined
  // Nobody can hold anything meanwhile: it is here that whoever brought it up comes to the end.
  await withLock(join(directory, 'holds'), 'holds', () => {
    const onRemoved = (what: string) => void told.push(what)
    collecting = gc({ host, signal, onRemoved, onKept: () => {} })
    host.store.write({ ...record, state: 'up' })
  })
  await collecting
  expect(told).toEqual([])
  expect(host.store.read(owner.id)).toMatchObject({ state: 'up' })
})

test('one environment that cannot be removed keeps nothing else from going, and is told', async () => {
  vi.stubEnv('PATH', '/nowhere')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { host, orphan, holdFile } = await crashedHost()
  const other = { id: 'shop-ci-2', projectId: 'shop-1' }
  host.store.write({
    ...{ ...other, kind: 'build', project: 'shop', environment: '', provider: '', engine: 'docker' },
    ...{ configFile: '/gone', createdAt: 0, state: 'starting', runs: [], directories: [] },
  })
  const kept: string[] = []
  const collecting = gc({ host, signal, onRemoved: () => {}, onKept: (what) => void kept.push(what) })
  await expect(collecting).rejects.toMatchObject({ code: 'E_ENGINE_NOT_FOUND' })
  expect(isGone(host, orphan)).toBe(true)
  expect(existsSync(holdFile)).toBe(false)
  expect(kept).toEqual([expect.stringContaining('shop-ci-2: ')])
})

test('E5: a switch is on or off; whatever else is refused, not guessed', () => {
  const hostWith = (value: string) => new Host({ KINDLING_STATE_DIR: '/nowhere', KINDLING_REAPER: value })
  expect([hostWith('').hasReaper, hostWith('on').hasReaper, hostWith('off').hasReaper]).toEqual([
    true,
    true,
    false,
  ])
  for (const value of ['false', '0', 'no', 'OFF', 'true']) {
    expect(() => hostWith(value)).toThrow(`KINDLING_REAPER is \`${value}\``)
  }
})
