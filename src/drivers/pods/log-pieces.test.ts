import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { Podman } from '../podman/podman.ts'
import { logPieces } from './log-pieces.ts'
import { PodObserver } from './observer.ts'

const containers = [{ name: 'shop-web_app', label: 'web/app' }]
const begin = { Status: 'running', ExitCode: 0, StartedAt: '2030-01-01T00:00:10.1Z' }

async function look(state: object, restarts: number, marks: Readonly<Record<string, string>> = {}) {
  const exec = new FakeExec(({ args }) =>
    args[0] === 'container'
      ? { stdout: JSON.stringify([{ Name: 'shop-web_app', RestartCount: restarts, State: state }]) }
      : { stdout: '2030-01-01T00:00:12Z out\n', stderr: '2030-01-01T00:00:11Z err\n' },
  )
  const podman = new Podman(exec)
  const observer = new PodObserver(podman, {})
  const pieces = await logPieces(podman, observer, containers, new Map(Object.entries(marks)), {})
  return { pieces, asked: exec.lines.filter((line) => line.startsWith('podman logs')) }
}

test('of a container that was never restarted the whole log is read', async () => {
  const { pieces, asked } = await look({ ...begin, FinishedAt: '0001-01-01T00:00:00Z' }, 0)
  expect(asked).toEqual(['podman logs --timestamps shop-web_app'])
  expect(pieces).toEqual([
    {
      container: 'web/app',
      run: 'shop-web_app 2030-01-01T00:00:10.1Z',
      lines: ['err', 'out'],
      mark: '2030-01-01T00:00:11.000Z',
    },
  ])
})

test('and then only what is new', async () => {
  const mark = '2030-01-01T00:00:11.000Z'
  const { asked } = await look(begin, 0, { 'shop-web_app 2030-01-01T00:00:10.1Z': mark })
  expect(asked).toEqual([`podman logs --timestamps --since ${mark} shop-web_app`])
})

test('of a container that was restarted, what it said before is left out', async () => {
  const { asked } = await look({ ...begin, FinishedAt: '2030-01-01T00:00:10Z' }, 1)
  expect(asked).toEqual(['podman logs --timestamps --since 2030-01-01T00:00:10.050Z shop-web_app'])
})

test('and so is it when the last run has ended as well', async () => {
  const state = { ...begin, Status: 'exited', FinishedAt: '2030-01-01T00:00:13Z' }
  const { asked } = await look(state, 2)
  expect(asked).toEqual(['podman logs --timestamps --since 2030-01-01T00:00:10.050Z shop-web_app'])
})

test('a container that was not started has said nothing', async () => {
  expect(await look({ Status: 'created', ExitCode: 0 }, 0)).toEqual({ pieces: [], asked: [] })
})
