import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Host } from '../../operations/host.ts'
import { lint } from '../../operations/lint/lint.ts'
import { loadProject } from '../../operations/prepare/load-project.ts'

const kind = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'

const deployment = (name: string, image: string, policy = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
      - name: main
        image: ${image}${policy === '' ? '' : `\n        imagePullPolicy: ${policy}`}
`

const service = (name: string, nodePort: number) => `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  type: NodePort
  selector: { app: ${name} }
  ports:
  - { port: 80, nodePort: ${nodePort} }
`

const config = (more: string) => `apiVersion: kindling/v1alpha1
project: small
images:
  web: { dockerfile: Dockerfile }
${more}`

/** What is found in a project of these files: place, rule and message, each in a line. */
async function lintProject(files: Readonly<Record<string, string>>, paths: readonly string[] = []) {
  const root = temporaryDirectory({ Dockerfile: 'FROM scratch\n', '.dockerignore': '', ...files })
  const env = { KINDLING_STATE_DIR: join(root, '.state') }
  const loaded = await loadProject({ cwd: root, env })
  expect(loaded.diagnostics).toEqual([])
  const { config: project } = loaded
  if (project === undefined) throw new Error('no configuration')
  const { findings } = await lint({ project: { config: project, host: new Host(env) }, paths, cwd: root })
  return findings.map(({ code, severity, message, location }) => {
    const place = `${location?.file.slice(root.length + 1)}:${location?.start.line}:${location?.start.column}`
    return `${place} ${severity} ${code}: ${message}`
  })
}

test('P4: a host port that several Kind configurations fix is told, and both places', async () => {
  const ports = 'nodes:\n- extraPortMappings:\n  - { containerPort: 30080, hostPort: 18080 }\n'
  const files = {
    'kindling.yaml': config(`services:
  web: { apply: web.yaml }
environments:
  a: { services: [web], cluster: { provider: kind, config: a.kind.yaml } }
  b: { services: [web], cluster: { provider: kind, config: b.kind.yaml } }
`),
    'web.yaml': deployment('web', 'small/web'),
    'a.kind.yaml': kind + ports,
    'b.kind.yaml': kind + ports.replace('hostPort', 'listenAddress: 127.0.0.1, hostPort'),
  }
  expect(await lintProject(files)).toEqual([
    'b.kind.yaml:5:65 warning host-port-clash: host port 18080 of `b.kind.yaml` is also that of `a.kind.yaml`',
  ])
})

test('ports of other addresses and protocols do not clash', async () => {
  const files = {
    'kindling.yaml': config(`services:
  web: { apply: web.yaml }
environments:
  a: { services: [web], cluster: { provider: kind, config: a.kind.yaml } }
  b: { services: [web], cluster: { provider: kind, config: b.kind.yaml } }
`),
    'web.yaml': deployment('web', 'small/web'),
    'a.kind.yaml': `${kind}nodes:\n- extraPortMappings:\n  - { containerPort: 1, hostPort: 18080, listenAddress: 127.0.0.1 }\n  - { containerPort: 1, hostPort: 18081 }\n`,
    'b.kind.yaml': `${kind}nodes:\n- extraPortMappings:\n  - { containerPort: 1, hostPort: 18080, listenAddress: 127.0.0.2 }\n  - { containerPort: 1, hostPort: 18081, protocol: UDP }\n`,
  }
  expect(await lintProject(files)).toEqual([])
})

test('P4: a port that is fixed for several environments is told once', async () => {
  const files = {
    'kindling.yaml': config(`services:
  web: { apply: web.yaml, ports: { api: { port: 80, host: 18080 } } }
environments:
  a: { services: [web] }
  b: { services: [web], cluster: { provider: kind, config: kind.yaml } }
`),
    'web.yaml': `${deployment('web', 'small/web')}---\n${service('web', 30_080)}`,
    'kind.yaml': `${kind}networking: { apiServerPort: 18080 }\n`,
  }
  expect(await lintProject(files)).toEqual([
    'kindling.yaml:6:59 warning host-port-clash: `web.api` fixes host port 18080 for the environments `a` and `b`, which cannot be up at the same time',
    'kindling.yaml:6:59 error host-port-clash: host port 18080 of `web.api` is also that of `kind.yaml` in environment `b`',
  ])
})

test('P4: a nodePort that two Services of one environment have is an error', async () => {
  const files = {
    'kindling.yaml': config(`services:
  one: { apply: one.yaml }
  two: { apply: two.yaml }
  far: { apply: far.yaml }
environments:
  a: { services: [one, two] }
  b: { services: [far] }
`),
    'one.yaml': `${deployment('one', 'small/web')}---\n${service('one', 30_080)}`,
    'two.yaml': `${deployment('two', 'small/web')}---\n${service('two', 30_080)}`,
    'far.yaml': `${deployment('far', 'small/web')}---\n${service('far', 30_080)}`,
  }
  expect(await lintProject(files)).toEqual([
    'two.yaml:20:27 error node-port-clash: the nodePort 30080 is also that of Service one',
  ])
})

test('I10: an image that nobody provides is told where it stands', async () => {
  const files = {
    'kindling.yaml': config(
      'services:\n  web: { apply: web.yaml }\nenvironments:\n  a: { services: [web] }\n',
    ),
    'web.yaml': deployment('web', 'smal/web'),
  }
  expect(await lintProject(files)).toEqual([
    'web.yaml:11:16 error unknown-image: nobody provides the image `smal/web` of Deployment web',
  ])
})

test('I4: a hard-coded pull policy is told, unless it fits everywhere', async () => {
  const files = {
    'kindling.yaml': config(
      '  redis: { pull: redis:7 }\nservices:\n  web: { apply: [a.yaml, b.yaml, c.yaml, d.yaml] }\nenvironments:\n  a: { services: [web] }\n',
    ),
    'a.yaml': deployment('a', 'small/web', 'Never'),
    'b.yaml': deployment('b', 'small/web', 'Always'),
    'c.yaml': deployment('c', 'redis:7', 'Always'),
    'd.yaml': deployment('d', 'small/web', 'IfNotPresent'),
  }
  expect(await lintProject(files)).toEqual([
    'a.yaml:12:26 warning pull-policy: Deployment a has `imagePullPolicy: Never` for `small/web`',
    'b.yaml:12:26 warning pull-policy: Deployment b has `imagePullPolicy: Always` for `small/web`',
  ])
})

test('a patch that the nodes ignore, and a relative mount, are told', async () => {
  const files = {
    'kindling.yaml': config(
      'services:\n  web: { apply: web.yaml }\nenvironments:\n  a: { services: [web], cluster: { provider: kind, config: kind.yaml } }\n',
    ),
    'web.yaml': deployment('web', 'small/web'),
    'kind.yaml': `${kind}nodes:
- image: kindest/node:v1.36.1
  extraMounts:
  - { hostPath: ./data, containerPath: /data }
  - { hostPath: /data, containerPath: /other }
kubeadmConfigPatches:
- |
  kind: ClusterConfiguration
  apiVersion: kubeadm.k8s.io/v1beta3
  apiServer: {}
`,
  }
  expect(await lintProject(files)).toEqual([
    'kind.yaml:6:17 warning relative-mount: `./data` is relative, so it depends on who creates the cluster, and where',
    'kind.yaml:11:15 warning kubeadm-patch: the patch is for v1beta3 alone: nodes of these, which take v1beta4, ignore it',
  ])
})

test('I17: a context that lets through what no image wants is told with its size', async () => {
  const files = {
    'kindling.yaml': config(''),
    Dockerfile: 'FROM scratch\nCOPY dist/app.js /app.js\n',
    '.dockerignore': '*.md\n',
    'node_modules/a.js': 'x'.repeat(3 * 2 ** 20),
    'dist/app.js': 'x'.repeat(2 * 2 ** 20),
    'big.md': 'x'.repeat(2 ** 20),
  }
  expect((await lintProject(files)).filter((line) => line.includes('dockerignore'))).toEqual([
    'kindling.yaml:4:8 warning dockerignore: the build context of image `web` lets through, past .dockerignore, 5.0 MiB: node_modules (3.0 MiB)',
  ])
})

test('waivers hold in YAML, before a line and at its end, and in kindling.yaml', async () => {
  const why = 'reason="there is no registry in this lab"'
  const files = {
    'kindling.yaml': config(`services:
  web: { apply: [a.yaml, b.yaml, c.yaml] }
environments:
  a: { services: [web] }
lint:
  disable:
  - { rule: pull-policy, path: c.yaml, reason: "the lab has no registry" }
  - { rule: remote-add, reason: "nobody knows" }
  - { rule: remote-ad, reason: "a slip of the pen" }
  severity: { unpinned-base: error, nothing: error }
`),
    Dockerfile: 'FROM node\n',
    'a.yaml': deployment('a', 'small/web', `Never # kindling-lint disable=pull-policy ${why}`),
    'b.yaml': `# kindling-lint disable=pull-policy ${why}\n${deployment('b', 'small/web', 'Never')}`,
    'c.yaml': deployment('c', 'small/web', 'Never'),
  }
  expect(await lintProject(files)).toEqual([
    'Dockerfile:1:6 error unpinned-base: the base image `node` has no tag, which means `latest`',
    'kindling.yaml:12:13 warning waiver: the waiver of `remote-add` waives nothing',
    'kindling.yaml:13:13 error waiver: there is no rule `remote-ad`',
    'kindling.yaml:14:37 error waiver: there is no rule `nothing`',
  ])
})

test('of paths, only what lies there is told', async () => {
  const files = {
    'kindling.yaml': config(
      'services:\n  web: { apply: [a.yaml, b.yaml] }\nenvironments:\n  a: { services: [web] }\n',
    ),
    Dockerfile: 'FROM node\n',
    'sub/Dockerfile.test': 'FROM debian\n',
    'sub/Dockerfile.test.dockerignore': 'FROM debian\n',
    'sub/node_modules/x/Dockerfile': 'FROM debian\n',
    'sub/web.dockerfile': 'FROM debian\n',
    'a.yaml': deployment('a', 'small/web', 'Never'),
    'b.yaml': deployment('b', 'small/web', 'Never'),
  }
  const rules = async (...paths: string[]) =>
    (await lintProject(files, paths)).map((line) => line.replace(/:.*? (?:error|warning) ([\w-]+):.*/, ' $1'))
  expect(await rules('sub')).toEqual([
    'sub/Dockerfile.test unpinned-base',
    'sub/web.dockerfile unpinned-base',
  ])
  expect(await rules('b.yaml')).toEqual(['b.yaml pull-policy'])
  expect(await rules('Dockerfile')).toEqual(['Dockerfile unpinned-base'])
})
