import { expect, test } from 'vitest'
import { clashesWith, mappedHostPort } from './ports.ts'
import { readKindConfig } from './read-config.ts'

const text = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- extraPortMappings:
  - { containerPort: 30080, hostPort: 18080 }
  - { containerPort: 30081, hostPort: 18081, listenAddress: 10.0.0.1 }
  - { containerPort: 30082, hostPort: 18082, protocol: UDP }
`

function config() {
  const read = readKindConfig({ file: '/repo/kind.yaml', text })
  if (read.config === undefined) throw new Error('a config that is wrong')
  return read.config
}

test('a NodePort that the config maps already is reached through that', () => {
  expect(mappedHostPort(config(), 30_080)).toBe(18_080)
})

test.each([
  ['on another address', 30_081],
  ['for another protocol', 30_082],
  ['not at all', 30_083],
])('a NodePort that the config maps %s is not reached through it', (_, port) => {
  expect(mappedHostPort(config(), port)).toBeUndefined()
})

test('P1: a host port that kindling.yaml fixes for another NodePort is a clash, with its place', () => {
  const uses = [
    { use: 'web.http', nodePort: 30_090, hostPort: 18_080 },
    { use: 'api.http', nodePort: 30_080, hostPort: 18_080 },
    { use: 'db.sql', nodePort: 30_091, hostPort: 18_082 },
    { use: 'log.http', nodePort: 30_092 },
  ]
  expect(clashesWith(config(), uses)).toMatchObject([
    {
      code: 'E_PORT_CONFLICT',
      message: 'the host port 18080 is that of web.http in kindling.yaml',
      location: { start: { line: 5, column: 39 } },
    },
  ])
})
