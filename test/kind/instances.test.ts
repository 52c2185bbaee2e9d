import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { deployment } from '../rig/small-system.ts'
import { kindProject, kindSystem, missingRig, onRig } from './rig.ts'

const manifests =
  deployment
    .replace('      containers:', '      serviceAccountName: reader\n      containers:')
    .replace('env: [{ name: GREETING, value: hello }]', 'envFrom: [{ configMapRef: { name: settings } }]')
    // Without a probe, nothing but its port says when it can be talked to.
    .replace(/\n.*readinessProbe.*\n/, '\n')
    .replace('ports: [{ port: 8080 }]', 'type: NodePort, ports: [{ port: 8080, nodePort: 30180 }]') +
  `---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { GREETING: hello }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: reader }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [nodes], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader }
subjects: [{ kind: ServiceAccount, name: reader, namespace: shop }]
`

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.shop.example.com }
spec:
  group: shop.example.com
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`

const widget = `apiVersion: shop.example.com/v1
kind: Widget
metadata: { name: first, namespace: shop }
`

/** A server that opens its port late, and says where it runs. */
const server = `const { createServer } = require('node:http')
const answer = JSON.stringify({ host: require('node:os').hostname(), greeting: process.env.GREETING })
setTimeout(() => createServer((request, response) => response.end(answer)).listen(8080), 1000)
process.on('SIGTERM', () => process.exit(0))
`

const config = (services: string, cluster: string) =>
  (kindSystem()['kindling.yaml'] ?? '')
    .replace('web: { apply: web.yaml,', 'web: { apply: web.yaml, namespace: shop,')
    .replace(
      'ports: { api: 8080 } }',
      `ports: { api: 8080 } }
  web-blue: { instanceOf: web }
  web-green: { instanceOf: web, namespace: green, ports: {} }
  widget: { apply: widget.yaml }`,
    )
    .replace(
      'services: [web], cluster: { provider: kind',
      `services: [${services}], cluster: { ${cluster}provider: kind`,
    )

interface Listed {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly subsets?: readonly { readonly addresses?: readonly unknown[] }[]
}

/** Objects of the cluster, asked by kubectl in its node. */
function list(id: string, ...args: readonly string[]): readonly Listed[] {
  const kubectl = ['kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf', 'get', '--output', 'json']
  const output = execFileSync('podman', ['exec', `${id}-control-plane`, ...kubectl, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return (JSON.parse(output) as { items: Listed[] }).items
}

const ours = ['--selector', 'dev.kindling.environment']
const namesOf = (objects: readonly Listed[]) =>
  objects.map(({ metadata: { namespace, name } }) => [namespace, name].filter(Boolean).join('/')).sort()

describe.skipIf(missingRig !== undefined)(onRig('several instances on Kind'), () => {
  beforeAll(async () => {
    // The base image is kept from here on; it is no leftover of what follows.
    await using project = kindProject()
    expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
  })

  test('R3: definitions and namespaces come first; a service comes up in several instances, of which one goes', async () => {
    await using project = kindProject(
      kindSystem({
        'kindling.yaml': config('widget, web, web-blue, web-green', 'crds: [crds], namespaces: [shop], '),
        'crds/widgets.yaml': definition,
        'web.yaml': manifests,
        'widget.yaml': widget,
        'server.js': server,
      }),
    )
    const first = await project.kindling('up', '--output', 'json')
    expect(first, first.stderr).toMatchObject({ exitCode: 0 })
    const { id, variables } = JSON.parse(first.stdout) as { id: string; variables: Record<string, string> }

    // R8: what is ready can be talked to, and each port leads to its own instance.
    for (const [variable, host] of [
      ['KINDLING_WEB_API_URL', /^web-[a-z0-9]+-[a-z0-9]+$/],
      ['KINDLING_WEB_BLUE_API_URL', /^web-blue-/],
    ] as const) {
      const answer = await fetch(variables[variable] ?? '', { headers: { connection: 'close' } })
      expect(await answer.json()).toEqual({ host: expect.stringMatching(host), greeting: 'hello' })
    }
    for (const [namespace, name] of [
      ['shop', 'web'],
      ['shop', 'web-blue'],
      ['green', 'web'],
    ] as const) {
      const [endpoints] = list(
        id,
        'endpoints',
        '--namespace',
        namespace,
        '--field-selector',
        `metadata.name=${name}`,
      )
      expect(endpoints?.subsets?.flatMap(({ addresses = [] }) => addresses)).toHaveLength(1)
    }
    expect(namesOf(list(id, 'clusterrole', ...ours))).toEqual(['reader'])
    expect(namesOf(list(id, 'clusterrolebinding', ...ours))).toEqual([
      'reader',
      'reader-web-blue',
      'reader-web-green',
    ])
    expect(namesOf(list(id, 'serviceaccount', '--all-namespaces', ...ours))).toEqual([
      'green/reader',
      'shop/reader',
      'shop/reader-web-blue',
    ])

    const second = await project.kindling('up')
    expect(second, second.stderr).toMatchObject({ exitCode: 0 })
    for (const service of ['environment.objects', 'widget', 'web', 'web-blue', 'web-green']) {
      expect(second.stderr).toMatch(new RegExp(`^deploy:${service} .*reused$`, 'm'))
    }

    // A namespace that is no longer listed stays while something is in it.
    project.write('kindling.yaml', config('widget, web, web-blue', 'crds: [crds], '))
    const third = await project.kindling('up')
    expect(third, third.stderr).toMatchObject({ exitCode: 0 })
    expect(namesOf(list(id, 'clusterrolebinding', ...ours))).toEqual(['reader', 'reader-web-blue'])
    expect(namesOf(list(id, 'deployment', '--all-namespaces', ...ours))).toEqual([
      'shop/web',
      'shop/web-blue',
    ])
    expect(namesOf(list(id, 'widgets', '--all-namespaces'))).toEqual(['shop/first'])

    const down = await project.kindling('down')
    expect(down, down.stderr).toMatchObject({ exitCode: 0 })
    expect(engineSnapshot().containers.filter((name) => name.includes(id))).toEqual([])
  })
})
