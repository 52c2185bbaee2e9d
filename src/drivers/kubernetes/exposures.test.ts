import { describe, expect, test } from 'vitest'
import { anObject } from '../../../test/rig/kubernetes-objects.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ServiceManifests } from '../cluster.ts'
import { planExposures } from './exposures.ts'

function aService(name: string, spec: Record<string, unknown>, namespace?: string): KubernetesObject {
  const more = { spec: { selector: { app: name }, ...spec } }
  return anObject('Service', name, namespace === undefined ? more : { ...more, namespace })
}

function service(
  name: string,
  ports: Readonly<Record<string, number>>,
  ...objects: KubernetesObject[]
): ServiceManifests {
  return { service: name, objects, ports: new Map(Object.entries(ports)) }
}

const nodePorts = (services: readonly ServiceManifests[]) =>
  Object.fromEntries(
    planExposures(services).exposures.map(({ service, port, nodePort }) => [`${service}.${port}`, nodePort]),
  )
const problems = (...services: ServiceManifests[]) =>
  planExposures(services).problems.map(({ path, message, hint }) => `${path.join('.')}: ${message}; ${hint}`)

describe('a declared port', () => {
  test('is served on the NodePort its Service names', () => {
    const web = aService('web', { type: 'NodePort', ports: [{ port: 80, nodePort: 31_234 }] })
    const { exposures, extraObjects } = planExposures([service('web', { api: 80 }, web)])
    expect(exposures).toEqual([{ service: 'web', port: 'api', nodePort: 31_234 }])
    expect(extraObjects.size).toBe(0)
  })

  test('gets a Service of our own where there is none, one for all ports of a Service', () => {
    const web = aService('web', { ports: [{ port: 80, targetPort: 'http' }, { port: 9090 }] }, 'shop')
    const { exposures, extraObjects } = planExposures([
      service('front', { api: 80, metrics: 9090, again: 80 }, web),
    ])
    const [api, metrics, again] = exposures
    expect(again?.nodePort).toBe(api?.nodePort)
    expect(extraObjects.get('front')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web-kindling', namespace: 'shop' },
        spec: {
          type: 'NodePort',
          selector: { app: 'web' },
          ports: [
            { name: 'port-80', port: 80, protocol: 'TCP', targetPort: 'http', nodePort: api?.nodePort },
            { name: 'port-9090', port: 9090, protocol: 'TCP', targetPort: 9090, nodePort: metrics?.nodePort },
          ],
        },
      },
    ])
  })

  test('of a NodePort Service without a number gets one of our own too', () => {
    const web = aService('web', { type: 'NodePort', ports: [{ port: 80 }] })
    expect(planExposures([service('web', { api: 80 }, web)]).extraObjects.get('web')).toHaveLength(1)
  })

  test('a long name stays a name', () => {
    const name = 'x'.repeat(60)
    const objects = planExposures([
      service('web', { api: 80 }, aService(name, { ports: [{ port: 80 }] })),
    ]).extraObjects
    const [made] = objects.get('web') ?? []
    expect(made?.metadata.name).toMatch(/^x+-[0-9a-f]{8}-kindling$/)
    expect(made?.metadata.name).toHaveLength(63)
  })
})

describe('P2: the NodePorts we choose', () => {
  const many = Array.from({ length: 80 }, (_, index) =>
    service(`s${index}`, { api: 80 }, aService(`s${index}`, { ports: [{ port: 80 }] })),
  )

  test('are in the band that Kubernetes leaves to those who name one, and all different', () => {
    const chosen = Object.values(nodePorts(many))
    expect(new Set(chosen).size).toBe(80)
    expect(chosen.every((port) => port >= 30_000 && port <= 30_085)).toBe(true)
  })

  test('go on after the band when it is full', () => {
    const more = Array.from({ length: 20 }, (_, index) =>
      service(`t${index}`, { api: 80 }, aService(`t${index}`, { ports: [{ port: 80 }] })),
    )
    const chosen = Object.values(nodePorts([...many, ...more]))
    expect(new Set(chosen).size).toBe(100)
    expect(Math.max(...chosen)).toBe(30_099)
  })

  test('are the same for the same manifests, and no other service moves them by itself', () => {
    const web = service('web', { api: 80 }, aService('web', { ports: [{ port: 80 }] }))
    const api = service('api', { rpc: 90 }, aService('api', { ports: [{ port: 90 }] }))
    expect(nodePorts([web])).toEqual(nodePorts([web]))
    expect(nodePorts([web, api])['web.api']).toBe(nodePorts([web])['web.api'])
  })

  test('are never one that a manifest names, even one that comes later', () => {
    const web = service('web', { api: 80 }, aService('web', { ports: [{ port: 80 }] }))
    const wished = nodePorts([web])['web.api']
    const other = service(
      'other',
      {},
      aService('other', { type: 'NodePort', ports: [{ port: 1, nodePort: wished }] }),
    )
    expect(nodePorts([web, other])['web.api']).not.toBe(wished)
  })
})

describe('problems', () => {
  test('a port that no Service has, with those that there are', () => {
    const web = aService('web', { ports: [{ port: 80 }, { port: 443 }] })
    expect(problems(service('web', { api: 8080 }, web))).toEqual([
      'spec.ports: no Service of web has the port 8080, which kindling.yaml names api; there are 80 of web, 443 of web',
    ])
    expect(problems(service('web', { api: 8080 }, anObject('ConfigMap', 'x')))).toEqual([
      ': no Service of web has the port 8080, which kindling.yaml names api; declare the port in a Service whose selector matches the pods',
    ])
  })

  test('P2: one NodePort twice', () => {
    const ports = [{ port: 80, nodePort: 30_100 }]
    const [problem] = planExposures([
      service('a', {}, aService('a', { type: 'NodePort', ports })),
      service('b', {}, aService('b', { type: 'NodePort', ports }, 'shop')),
    ]).problems
    expect(problem).toMatchObject({
      service: 'b',
      path: ['spec', 'ports', 0, 'nodePort'],
      message: 'the nodePort 30100 is also that of Service a',
    })
  })

  test('the same number for TCP and UDP is two ports', () => {
    const ports = [
      { port: 53, nodePort: 30_053 },
      { port: 53, protocol: 'UDP', nodePort: 30_053 },
    ]
    expect(problems(service('dns', { dns: 53 }, aService('dns', { type: 'NodePort', ports })))).toEqual([])
  })

  test.each([29_999, 32_768])('a NodePort out of range: %i', (nodePort) => {
    const web = aService('web', { type: 'NodePort', ports: [{ port: 80, nodePort }] })
    expect(problems(service('web', { api: 80 }, web))[0]).toContain('is not between 30000 and 32767')
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['no selector', { selector: undefined, ports: [{ port: 80 }] }, 'has no selector'],
    [
      'another name for something else',
      { type: 'ExternalName', ports: [{ port: 80 }] },
      'is of type ExternalName',
    ],
    ['UDP alone', { ports: [{ port: 80, protocol: 'UDP' }] }, 'has that port for UDP only'],
  ])('a Service that leads nowhere: %s', (_, spec, message) => {
    const { exposures, problems } = planExposures([service('web', { api: 80 }, aService('web', spec))])
    expect(problems[0]?.message).toContain(message)
    expect(exposures).toEqual([])
  })
})
