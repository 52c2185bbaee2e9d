import { expect, test } from 'vitest'
import { type ClusterScript, FakeCluster } from '../../test/rig/fake-cluster.ts'
import { ImageHost } from '../../test/rig/image-scope.ts'
import { anObject } from '../../test/rig/kubernetes-objects.ts'
import { runScope } from '../../test/rig/run-scope.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import type { LogPiece } from '../drivers/cluster.ts'
import { failureOf } from '../engine/task-failures.ts'
import { provideOutputs } from './outputs.ts'

function hostOf(outputs: string): ImageHost {
  return new ImageHost(
    `
project: shop
images: {}
services: { seed: { apply: seed.yaml, outputs: ${outputs} } }
environments: {}`,
    {},
  )
}

/** Reads the outputs of the service in a run of its own, which ends with the time that it has. */
async function outputsOf(host: ImageHost, script: ClusterScript) {
  const scope = runScope(host, { cluster: new FakeCluster(script) })
  const service = scope.config.services.get('seed')
  if (service === undefined) throw new Error('no service')
  const context = new RecordingContext()
  const reading = provideOutputs(service, scope, context)
  await scope.clock.run(reading)
  return { outputs: scope.outputs.get('seed'), redacted: scope.redactor.redact('t0ken'), context }
}

const piece = (lines: readonly string[], mark = '2030'): LogPiece => ({
  ...{ container: 'seed/seed', run: '1', lines },
  mark,
})

const failing = (host: ImageHost, script: ClusterScript) =>
  outputsOf(host, script).then(() => undefined, failureOf)

test('the first line that matches counts, of it the first group, or all that matches', async () => {
  const host = hostOf(`{ a: { log: 'token=(\\w+)' }, b: { log: 'token=\\w+' } }`)
  const lines = () => [piece(['hello', 'your token=t0ken', 'token=other'])]
  expect((await outputsOf(host, { lines })).outputs).toEqual({ a: 't0ken', b: 'token=t0ken' })
})

test('of several pods the one that spoke last counts: a Job may have been tried before', async () => {
  const lines = () => [piece(['token=old'], '2029'), piece(['token=new'], '2030')]
  expect((await outputsOf(hostOf(`{ a: { log: 'token=(.*)' } }`), { lines })).outputs).toEqual({ a: 'new' })
})

test('a log that is late is waited for, for a while', async () => {
  const host = hostOf(`{ a: { log: 'token=(.*)' } }`)
  const late = await outputsOf(host, { lines: (look) => (look < 3 ? [] : [piece(['token=x'])]) })
  expect(late.outputs).toEqual({ a: 'x' })
  expect(await failing(hostOf(`{ a: { log: 'token=(.*)' } }`), {})).toMatchObject({
    code: 'E_OUTPUT_MISSING',
    message:
      'seed is there, but its output `a` is missing: no line of the log of its containers matches /token=(.*)/',
  })
})

test('what was read once is not read again, as long as it is to be read in the same way', async () => {
  const host = hostOf(`{ a: { log: 'token=(.*)', secret: true } }`)
  const first = await outputsOf(host, { lines: () => [piece(['token=t0ken'])] })
  expect(first.redacted).toBe('***')
  expect(await outputsOf(host, { lines: () => [] })).toMatchObject({
    outputs: { a: 't0ken' },
    redacted: '***',
  })
})

test('a field of an object is its text; what is in a Secret is decoded', async () => {
  const host = hostOf(`{ a: { object: Service/a, jsonPath: '{.spec.ports[1].port}' } }`)
  const service = anObject('Service', 'a', { spec: { ports: [{ port: 1 }, { port: 2 }] } })
  expect((await outputsOf(host, { object: () => service })).outputs).toEqual({ a: '2' })
  const secret = anObject('Secret', 's', { data: { key: Buffer.from('t0ken').toString('base64') } })
  const decoded = await outputsOf(hostOf(`{ a: { object: Secret/s, jsonPath: .data.key } }`), {
    object: () => secret,
  })
  expect(decoded).toMatchObject({ outputs: { a: 't0ken' }, redacted: '***' })
})

test.each([
  ['{ a: { object: Service/a, jsonPath: .spec.clusterIP } }', 'Service a has nothing at .spec.clusterIP'],
  [
    '{ a: { object: Service/a, jsonPath: .metadata.name.length } }',
    'Service a has nothing at .metadata.name.length',
  ],
  ['{ a: { object: Service/a, jsonPath: .constructor } }', 'Service a has nothing at .constructor'],
])('%s: %s', async (outputs, message) => {
  const failure = await failing(hostOf(outputs), { object: () => anObject('Service', 'a') })
  expect(failure?.message).toContain(message)
})

test('an object that is not there is told of', async () => {
  const failure = await failing(hostOf('{ a: { object: Service/a, jsonPath: .spec } }'), {
    object: () => 'Service a to be there',
  })
  expect(failure?.message).toContain('output `a` is missing: still waiting for Service a to be there')
})
