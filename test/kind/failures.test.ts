import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectKubernetes } from '../../src/drivers/kubernetes/connect.ts'
import type { KubernetesClient } from '../../src/drivers/kubernetes/kubernetes-client.ts'
import { condition, type Pod } from '../../src/drivers/kubernetes/live-objects.ts'
import type { RunEvent } from '../../src/engine/events.ts'
import type { Project } from '../rig/project.ts'
import { baseImage } from '../rig/small-system.ts'
import { fixture } from './fixtures.ts'
import { guardTls } from './guard.ts'
import { kindProject, missingRig, onRig } from './rig.ts'

/** As many lines of a failure as a person sees without scrolling. */
const screen = 25

const config = (broken = '', images = '') => `apiVersion: kindling/v1alpha1
project: mixed
images:
  ${baseImage}
  guard: { dockerfile: guard/Dockerfile, context: guard, args: { BASE: "\${images.node-base.ref}" } }${images}
services:
  guard: { apply: [deploy/guard.yaml, deploy/guard-tls.yaml] }
  shops: { apply: deploy/shops.yaml, needs: [guard] }
  broken: { apply: broken.yaml, needs: [shops], ports: { api: 80 }${broken} }
environments:
  e2e: { services: [broken], cluster: { provider: kind } }
`

const front = `
---
apiVersion: v1
kind: Service
metadata: { name: broken }
spec: { selector: { app: broken }, ports: [{ port: 80, targetPort: 8080 }] }
`
const template = (container: string, pod = '') => `
  template:
    metadata: { labels: { app: broken } }
    spec: { ${pod}containers: [{ name: main, image: mixed/guard, ${container} }] }
${front}`
const deployment = (name: string, container: string) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: broken } }${template(container)}`
const job = (name: string, container: string, more = '') =>
  `apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:${more}${template(container, 'restartPolicy: Never, ')}`
const node = (script: string) => `command: [node, -e, ${JSON.stringify(script)}]`
const lastWords = (exitCode: number) =>
  node(`console.log('opening the till'); console.error('no money'); process.exit(${exitCode})`)

const server = node("require('http').createServer((_, answer) => answer.end()).listen(8080)")
const settings = '{ configMapKeyRef: { name: settings, key: url } }'
const hint = /^.*hint: /m

/** What is wrong, and everything that is to be said of it on the first screen. */
interface Case {
  readonly manifest: string
  readonly config?: string
  /** Whether the fact is there to be seen in a pod; for what no pod tells, see `isBegin`. */
  readonly isFact?: (pod: Pod) => boolean
  /** The event of the run from which on, or so many milliseconds after which, the fact is known. */
  readonly isBegin?: (event: RunEvent) => boolean
  readonly afterMs?: number
  readonly told: readonly RegExp[]
}

const hasEnded = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.terminated !== undefined

const cases: Readonly<Record<string, Case>> = {
  'a key that a ConfigMap lacks': {
    manifest: `${deployment('broken-key', `env: [{ name: URL, valueFrom: ${settings} }]`)}---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { uri: x }
`,
    isFact: ({ status }) =>
      status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
    told: [/broken will not become ready: broken-key-\S+\/main cannot be configured: .*find key url/, hint],
  },
  'a crash at the start': {
    manifest: deployment('broken-start', lastWords(3)),
    isFact: hasEnded,
    told: [/broken will not become ready: broken-start-\S+\/main crashes: .*exit code 3/, /no money/, hint],
  },
  'a Job that exits 1': {
    manifest: job('broken-job', lastWords(1)),
    isFact: hasEnded,
    told: [
      /broken will not become ready: Job .*broken-job has failed 2 times .*exit code 1/,
      /no money/,
      hint,
    ],
  },
  'a Job that exits 1, and may do so but once': {
    manifest: job('broken-once', lastWords(1), '\n  backoffLimit: 0'),
    isFact: hasEnded,
    told: [/broken will not become ready: Job .*broken-once has failed: .*exit code 1/, /no money/, hint],
  },
  'more memory than there is': {
    manifest: deployment('broken-size', 'resources: { requests: { memory: 9000Gi } }'),
    isFact: (pod) => condition(pod, 'PodScheduled')?.reason === 'Unschedulable',
    told: [/broken will not become ready: pod broken-size-\S+ cannot be scheduled: .*memory/, hint],
  },
  'an object that a webhook denies': {
    manifest: `apiVersion: mixed.example.com/v1\nkind: Shop\nmetadata: { name: mall }\nspec: { size: 9 }${front}`,
    isBegin: (event) => event.type === 'task-started' && event.task === 'deploy:broken',
    told: [/broken could not be deployed.*no shop may be larger than 5/, /Shop (default\/)?mall/, hint],
  },
  'a port that no container opens': {
    manifest: deployment('broken-port', node("console.log('closed today'); setTimeout(() => {}, 1e9)")),
    config: config(', ready: [rollout, { http: { port: api, path: / }, timeout: 10s }]'),
    isBegin: (event) => event.type === 'task-progress' && event.text.startsWith('http api'),
    afterMs: 10_000,
    told: [/http api \/ did not hold within its 10\.0s: /, /broken-port-\S+\/main/, /closed today/, hint],
  },
}

/** Tests that fail, and take a node with them. */
const killing = (node: string) => ['sh', '-c', `podman kill ${node} && exit 1`]

describe.skipIf(missingRig !== undefined)(onRig('R6: what keeps an environment from coming up'), () => {
  const sound = deployment('sound', server)
  const measured: string[] = []
  let project: Project
  let client: KubernetesClient

  beforeAll(async () => {
    const files = { 'kindling.yaml': config(), 'deploy/guard-tls.yaml': guardTls(), 'broken.yaml': sound }
    project = kindProject({ ...fixture('mixed'), ...files })
    const up = await project.kindling('up')
    expect(up, up.stderr).toMatchObject({ exitCode: 0 })
    const kubeconfig = join(project.root, '.kindling/environments/e2e/kubeconfig')
    client = await connectKubernetes(readFileSync(kubeconfig, 'utf8'))
  })

  afterAll(async () => {
    console.log(measured.join('\n'))
    await project?.[Symbol.asyncDispose]()
  })

  /** When a pod that was made since shows the fact for the first time, as milliseconds since the epoch. */
  async function firstSeen(isFact: (pod: Pod) => boolean, signal: AbortSignal): Promise<number> {
    const pods = { apiVersion: 'v1', kind: 'Pod', labels: { app: 'broken' } }
    const { items, resourceVersion } = await client.list(pods, {})
    const old = new Set(items.map(({ metadata }) => metadata.name))
    for await (const { object } of client.watch(pods, resourceVersion, signal))
      if (!old.has(object.metadata.name) && isFact(object as Pod)) return Date.now()
    return Number.NaN
  }

  test.each(Object.entries(cases))('is told at once: %s', async (title, { manifest, told, ...its }) => {
    project.write('broken.yaml', manifest)
    project.write('kindling.yaml', its.config ?? config())
    const end = new AbortController()
    const seen = firstSeen(its.isFact ?? (() => false), end.signal)
    const { exitCode, stdout, stderr } = await project.kindling('up', '--output', 'json')
    const overMs = Date.now()
    end.abort()
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 })

    const lines = stderr.split('\n')
    const from = lines.findIndex((line) => /(deploy|ready):broken\s+failed after/.test(line))
    const shown = lines.slice(from, from + screen).join('\n')
    for (const text of told) expect(shown).toMatch(text)

    const { runDirectory, evidence } = JSON.parse(stdout) as Record<'runDirectory' | 'evidence', string>
    const page = readFileSync(evidence, 'utf8')
    expect(page).toMatch(/^# up e2e: failed\n[\s\S]*## What went wrong\n\n### 1\. `(deploy|ready):broken`/)
    expect(page).not.toMatch(/^- (pods and events|objects|nodes|container engine.*|machine|plan): nothing$/m)
    for (const file of ['pods.txt', 'events.txt', 'objects/default/', 'kubelet.log', 'containers/guard/'])
      expect(page).toContain(file)
    const events = readFileSync(join(runDirectory, 'events.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent)
    const start = events.find((event) => event.type === 'run-started')
    const timeOf = (isIt: (event: RunEvent) => boolean) =>
      (start?.startedAt ?? 0) + (events.find(isIt)?.at ?? Number.NaN)
    const knownMs = its.isBegin === undefined ? await seen : timeOf(its.isBegin) + (its.afterMs ?? 0)
    const toldMs = timeOf((event) => event.type === 'task-finished' && event.outcome === 'failed')
    const seconds = (untilMs: number) => ((untilMs - knownMs) / 1000).toFixed(1)
    measured.push(`${title}: told ${seconds(toldMs)} s after it was known, over after ${seconds(overMs)} s`)
  })

  test('is bad input where it can be known before: I1, an image that nobody provides', async () => {
    project.write('kindling.yaml', config())
    project.write('broken.yaml', sound.replace('mixed/guard', 'mixed/gaurd'))
    const { exitCode, stderr } = await project.kindling('up')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 })
    expect(stderr).toMatch(/broken\.yaml:\d+.*E_MANIFEST_IMAGE[\s\S]*nobody provides[\s\S]*mixed\/guard/)
  })

  test('is told at once: an external image that cannot be pulled', async () => {
    const ghost = 'registry.invalid/mixed/ghost:1'
    project.write('kindling.yaml', config('', `\n  ghost: { pull: ${ghost} }`))
    project.write('broken.yaml', sound.replace('mixed/guard', ghost))
    const startMs = Date.now()
    const { exitCode, stderr } = await project.kindling('up')
    measured.push(`an external image that cannot be pulled: over after ${(Date.now() - startMs) / 1000} s`)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 })
    expect(stderr).toMatch(/pull:ghost\s+failed after/)
    expect(stderr).toMatch(/blocked by pull:ghost: .*deploy:broken/)
  })

  test('E1, C1: a node that dies under the tests is told, with all that can still be had', async () => {
    project.write('kindling.yaml', config())
    project.write('broken.yaml', sound)
    const [node = ''] = (await client.list({ apiVersion: 'v1', kind: 'Node' }, {})).items
      .map(({ metadata }) => metadata.name)
      .toSorted()
    const flags = ['--keep', 'always', '--output', 'json']
    const { exitCode, stdout, stderr } = await project.kindling('test', ...flags, '--', ...killing(node))
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 5 })
    const { evidence } = JSON.parse(stdout) as { readonly evidence: string }
    const page = readFileSync(evidence, 'utf8')
    expect(page).toMatch(/^# test e2e: failed[\s\S]*### 1\. `test:e2e`[\s\S]*## What was seen besides/)
    expect(page).toContain(`node ${node} is not running: the engine says exited`)
    expect(page).toMatch(/## What could not be gathered[\s\S]*- logs of containers: /)
    expect(page).toContain(`nodes/${node}/node.log`)
  })
})
