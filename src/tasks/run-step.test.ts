import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ClusterScript, FakeCluster } from '../../test/rig/fake-cluster.ts'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { ImageHost } from '../../test/rig/image-scope.ts'
import { runScope } from '../../test/rig/run-scope.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import { writeFiles } from '../../test/rig/temp-directory.ts'
import { ForwardError } from '../drivers/forward.ts'
import type { TaskResult } from '../engine/task-context.ts'
import { failureOf } from '../engine/task-failures.ts'
import type { PlannedTask } from '../plan/plan.ts'
import { executeTask } from './execute.ts'
import type { RunScope } from './run-scope.ts'

const files = { 'db/1.sql': 'one' }
const yaml = (step: string) => `
project: shop
images: {}
services:
  db: { apply: db.yaml }
  proxy: { apply: proxy.yaml, needs: [db] }
  schema: { run: [migrate, now], needs: [proxy], ${step} }
  web: { apply: web.yaml, env: { V: "v\${services.schema.outputs.version}" } }
environments: { e2e: { services: [web], cluster: { provider: podman } } }`

const version = `outputs: { version: { stdout: 'version=(.+)' } }`
const task = (kind: 'run' | 'deploy', service: string): PlannedTask => ({
  ...{ id: `${kind}:${service}`, phase: 'deploy', needs: [], slots: {}, expectedMs: 0 },
  kind,
  service,
})
const target = { service: 'postgres', namespace: 'default', port: 5432 }

/** A program that prints a version, and remembers what it was given. */
function migrating(printed = 'done\nversion=1') {
  return new FakeExec(({ program }) => (program === 'migrate' ? { stdout: printed } : undefined))
}

async function run(
  scope: RunScope,
  what: PlannedTask = task('run', 'schema'),
  context: RecordingContext = new RecordingContext(),
): Promise<TaskResult['outcome']> {
  return (await executeTask(what, scope, context)).outcome
}

describe('a step', () => {
  test('runs in the root with the variables of the environment and its own; what it prints is its output', async () => {
    const host = new ImageHost(yaml(`${version}, env: { A: "1" }`), files)
    const exec = migrating()
    const scope = runScope(host, { exec })
    const context = new RecordingContext()
    expect(await run(scope, undefined, context)).toBe('succeeded')
    expect(exec.commands).toEqual([
      {
        program: 'migrate',
        args: ['now'],
        cwd: host.root,
        env: { KINDLING_ENVIRONMENT: 'e2e', TRACEPARENT: '00-run:schema', A: '1' },
      },
    ])
    expect(context.told).toContain('stdout done')
    expect(scope.outputs.get('schema')).toEqual({ version: '1' })
    expect(scope.resolve({ root: 'services', service: 'schema', output: 'version' })).toBe('1')
  })

  test('has its forwards open as long as it runs, whatever becomes of it', async () => {
    const open = new Set<number>()
    const cluster = new FakeCluster({
      forward: ({ port }) => {
        open.add(Number(port))
        return { port: 40_000, close: async () => void open.delete(Number(port)) }
      },
    })
    const step = `${version}, forwards: { db: { service: postgres, port: 5432 } }, env: { URL: "x://\${forwards.db.host}:\${forwards.db.port}" }`
    const seen: unknown[] = []
    const exec = new FakeExec(({ env }) => {
      seen.push([env?.URL, ...open])
      return { exitCode: 3, stderr: 'relation exists' }
    })
    const forwardsOf = new Map([['schema', new Map([['db', target]])]])
    const scope = runScope(new ImageHost(yaml(step), files), { cluster, exec, forwardsOf })
    const failure = await run(scope).then(() => undefined, failureOf)
    expect(failure).toMatchObject({
      code: 'E_STEP_FAILED',
      message: 'schema failed: exit code 3',
      where: 'migrate now',
      detail: 'relation exists',
    })
    expect(seen).toEqual([['x://127.0.0.1:40000', 5432]])
    expect([...open]).toEqual([])
  })

  test('is not begun when a forward leads nowhere', async () => {
    const cluster = new FakeCluster({ forward: () => Promise.reject(new ForwardError('no pod is there')) })
    const exec = migrating()
    const forwardsOf = new Map([['schema', new Map([['db', target]])]])
    const step = `${version}, forwards: { db: { service: postgres, port: 5432 } }`
    const scope = runScope(new ImageHost(yaml(step), files), { cluster, exec, forwardsOf })
    expect(await run(scope).then(() => undefined, failureOf)).toMatchObject({
      code: 'E_STEP_FAILED',
      message: 'schema could not be run: its forward `db` leads nowhere',
      detail: 'no pod is there',
    })
    expect(exec.commands).toEqual([])
  })

  test('that does not print its output has failed', async () => {
    const scope = runScope(new ImageHost(yaml(version), files), { exec: migrating('version=') })
    expect(await run(scope).then(() => undefined, failureOf)).toMatchObject({
      code: 'E_OUTPUT_MISSING',
      message:
        'schema is there, but its output `version` is missing: no line of its standard output matches /version=(.+)/',
    })
  })
})

describe('a step that has done its work', () => {
  const twice = async (step: string, between: (host: ImageHost) => unknown = () => {}) => {
    const host = new ImageHost(yaml(step), files)
    expect(await run(runScope(host, { exec: migrating() }))).toBe('succeeded')
    await between(host)
    const scope = runScope(host, { exec: migrating('version=2') })
    return [await run(scope), scope.outputs.get('schema')?.version]
  }
  const inputs = `${version}, inputs: [db]`

  test('does not do it again, and what it printed is still known', async () => {
    expect(await twice(inputs)).toEqual(['reused', '1'])
  })

  test('does it again each time as long as nobody says what decides it', async () => {
    expect(await twice(version)).toEqual(['succeeded', '2'])
  })

  test.each([
    ['an input is another', (host: ImageHost) => writeFiles(host.root, { 'db/1.sql': 'two' })],
    ['an input has come', (host: ImageHost) => writeFiles(host.root, { 'db/deep/2.sql': '' })],
    [
      'what it needs was changed, however far away',
      (host: ImageHost) => run(runScope(host, { cluster: new Changing() }), task('deploy', 'db')),
    ],
    [
      'what it needs was to be changed, by a run that did not get far',
      (host: ImageHost) =>
        run(runScope(host, { cluster: new Changing('fails') }), task('deploy', 'db')).catch(() => {}),
    ],
  ])('does it again when %s', async (_, between) => {
    expect(await twice(inputs, between)).toEqual(['succeeded', '2'])
  })

  test('does not do it again for something else that was changed', async () => {
    const change = (host: ImageHost) => {
      const scope = runScope(host, { cluster: new Changing() })
      scope.outputs.set('schema', { version: '1' })
      return run(scope, task('deploy', 'web'))
    }
    expect(await twice(inputs, change)).toEqual(['reused', '1'])
  })

  test('after a failure does it again', async () => {
    const host = new ImageHost(yaml(inputs), files)
    expect(await run(runScope(host, { exec: migrating() }))).toBe('succeeded')
    writeFiles(host.root, { 'db/1.sql': 'two' })
    await run(runScope(host, { exec: new FakeExec(() => ({ exitCode: 1 })) })).catch(() => {})
    writeFiles(host.root, { 'db/1.sql': 'one' })
    expect(await run(runScope(host, { exec: migrating() }))).toBe('succeeded')
  })
})

test('a service is told outputs with the text as it is, and whoever reads what was applied, no secrets', async () => {
  const secret = version.replace('stdout', 'secret: true, stdout')
  const host = new ImageHost(yaml(secret), files)
  const objects = [
    {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } },
      spec: { containers: [{ name: 'web', env: [{ name: 'V', value: 'vs3cret$(A)' }] }] },
    },
  ]
  const cluster = Object.assign(new FakeCluster(), { objectsOf: () => objects })
  const scope = runScope(host, { exec: migrating('version=s3cret$(A)'), cluster })
  await run(scope)
  await run(scope, task('deploy', 'web'))
  expect(scope.variablesOf.get('web')).toEqual({ V: 'vs3cret$$(A)' })
  expect(scope.redactor.redact('the s3cret$(A)!')).toBe('the ***!')
  expect(readFileSync(join(scope.run.path, 'manifests/web.yaml'), 'utf8')).toContain('value: v***')
})

/** A cluster in which everything that is applied is a change. */
class Changing extends FakeCluster {
  readonly #end: 'fails' | 'succeeds'

  constructor(end: 'fails' | 'succeeds' = 'succeeds', script: ClusterScript = {}) {
    super(script)
    this.#end = end
  }

  override async apply(
    _service?: string,
    options?: { readonly beforeChange: () => void },
  ): Promise<'applied'> {
    options?.beforeChange()
    if (this.#end === 'fails') throw new ForwardError('the connection was lost')
    return 'applied'
  }
}
