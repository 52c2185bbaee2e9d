import { expect, test } from 'vitest'
import { MemoryTerminal } from '../../test/rig/memory-terminal.ts'
import { CommandError } from '../exec/command-error.ts'
import { Host } from '../operations/host.ts'
import { LockKept } from '../state/lock.ts'
import { printError } from './print-error.ts'
import type { Session } from './session.ts'

async function printed(
  error: unknown,
  { isInterrupted = false, state }: { readonly isInterrupted?: boolean; readonly state?: string } = {},
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const terminal = new MemoryTerminal({ columns: 200 })
  const abort = new AbortController()
  if (isInterrupted) abort.abort()
  const session: Session = {
    cwd: '/',
    env: {},
    stdin: process.stdin,
    stdout: terminal,
    stderr: terminal,
    abort,
    exitCode: 0,
    host: () => Promise.reject(new Error('nobody asks for it')),
    loadedHost: state === undefined ? undefined : new Host({ KINDLING_STATE_DIR: state }),
    unread: new AbortController().signal,
    isInterruptOrdinary: false,
    announce: () => {},
    flush: () => {},
    wanted: { isJson: false },
    hasRun: false,
  }
  return { exitCode: await printError(error, session), text: terminal.text }
}

const killed = new CommandError({
  command: { program: 'podman', args: ['images', '--format', 'json'] },
  reason: 'signal',
  signal: 'SIGKILL',
  durationMs: 5,
  tail: 'its last words',
  stderr: '',
})

test('a tool that is killed outside of any task is no bug: it is told with its call and its words', async () => {
  const { exitCode, text } = await printed(killed)
  expect(exitCode).toBe(3)
  expect(text).toMatch(/E_TOOL_FAILED\n {2}podman was ended by SIGKILL\n {4}at podman images --format json/)
  expect(text).toContain('its last words')
})

test('a full disk and a lock that is kept are the machine’s, too', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  expect(await printed(full)).toMatchObject({ exitCode: 3, text: expect.stringContaining('E_DISK_FULL') })
  expect(await printed(new LockKept('/state/ports.lock'))).toMatchObject({
    exitCode: 3,
    text: expect.stringMatching(/E_STATE_LOCKED[\s\S]*\/state\/ports\.lock/),
  })
})

test('what the system does not allow is no bug, and says how to have it elsewhere', async () => {
  const refused = (code: string, syscall: string, path: string) =>
    Object.assign(new Error(`${code}: not allowed, ${syscall} '${path}'`), { code, syscall, path })
  const state = await printed(refused('EACCES', 'mkdir', '/home/ci/.local'), {
    state: '/home/ci/.local/state/kindling',
  })
  expect(state).toMatchObject({
    exitCode: 3,
    text: expect.stringMatching(/E_ACCESS_REFUSED\n {2}EACCES.*\.local/),
  })
  expect(state.text).toContain('hint: name a directory that you can write to by KINDLING_STATE_DIR')
  for (const error of [
    refused('EROFS', 'mkdir', '/shop/.kindling'),
    refused('EEXIST', 'mkdir', '/shop/.kindling'),
  ])
    expect(await printed(error, { state: '/state' })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('`.kindling` beside the configuration'),
    })
  expect(await printed(refused('EEXIST', 'open', '/x'))).toMatchObject({ exitCode: 4 })
})

test('what fails because of a Ctrl-C is not told, and what nobody expected is a bug', async () => {
  expect(await printed(killed, { isInterrupted: true })).toEqual({ exitCode: 130, text: '' })
  expect(await printed(new TypeError('x is no function'))).toMatchObject({
    exitCode: 4,
    text: expect.stringContaining('This is a bug in kindling'),
  })
})
