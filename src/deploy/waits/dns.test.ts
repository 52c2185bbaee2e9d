import { expect, test } from 'vitest'
import { FakeCluster } from '../../../test/rig/fake-cluster.ts'
import type { ExecOutcome } from '../../drivers/cluster.ts'
import { dnsWait } from './dns.ts'

function wait(exec: (program: string) => ExecOutcome) {
  const asked: string[] = []
  const cluster = new FakeCluster({
    exec: (command) => {
      asked.push(command.join(' '))
      return exec(command[0] ?? '')
    },
  })
  const strategy = dnsWait('postgres.shop')
  const look = () =>
    strategy.look({ service: 'api', cluster, restarts: 0, signal: new AbortController().signal })
  return { asked, look }
}

const found: ExecOutcome = { exitCode: 0, output: '10.0.0.1 postgres.shop' }
const unknown: ExecOutcome = { exitCode: 2, output: '' }
const missing: ExecOutcome = { exitCode: 127, output: 'exec: "getent": executable file not found in $PATH' }

test('R8: a name resolves when a program of the container finds it', async () => {
  const { look, asked } = wait(() => found)
  expect(await look()).toEqual({ isReady: true })
  expect(asked).toEqual(['getent hosts postgres.shop'])
})

test('a name that is not known is not ready', async () => {
  const { look } = wait(() => unknown)
  expect(await look()).toEqual({ isReady: false, reason: 'getent exited with 2' })
})

test('where one program is missing the other is asked, and then that one only', async () => {
  const { look, asked } = wait((program) =>
    program === 'getent' ? missing : { exitCode: 1, output: "can't find postgres.shop\n" },
  )
  await look()
  expect(await look()).toEqual({
    isReady: false,
    reason: "nslookup exited with 1: can't find postgres.shop",
  })
  expect(asked).toEqual(['getent hosts postgres.shop', 'nslookup postgres.shop', 'nslookup postgres.shop'])
})

test('a container with neither can never tell', async () => {
  const { look } = wait(() => missing)
  expect(await look()).toMatchObject({
    failure: { message: 'postgres.shop cannot be looked up: the container has neither getent nor nslookup' },
  })
})

test('a container that is not there yet may be in a moment', async () => {
  const { look } = wait(() => ({ exitCode: 1, output: 'api has no running container to run a command in' }))
  expect(await look()).not.toHaveProperty('failure')
})
