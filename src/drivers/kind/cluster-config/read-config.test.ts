import { describe, expect, test } from 'vitest'
import { readKindConfig } from './read-config.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
const file = '/repo/test/kind.yaml'

function read(text: string, image?: string) {
  return readKindConfig({ file, text }, image)
}

/** Each as `line:column code message`. */
function problems(text: string): string[] {
  return read(text).diagnostics.map(({ code, message, location }) => {
    const { line, column } = location?.start ?? { line: 0, column: 0 }
    return `${line}:${column} ${code} ${message}`
  })
}

test('without a config there is one node, and no port is fixed', () => {
  expect(readKindConfig(undefined, 'node:v1')).toEqual({
    config: { nodes: [{ role: 'control-plane', image: 'node:v1' }], portMappings: [] },
    diagnostics: [],
  })
})

test('nodes, images and fixed ports are known, those of the API server and of anchors as well', () => {
  const { config, diagnostics } = read(`${head}networking:
  apiServerPort: 16443
nodes:
- role: control-plane
  image: kindest/node:v1.30.0
  extraPortMappings: &ports
  - { containerPort: 30080, hostPort: 18080, protocol: tcp }
  - { containerPort: 30081 }
  - { containerPort: 30082, hostPort: -1 }
- <<: { role: worker, image: kindest/node:v1.31.0 }
`)
  expect(diagnostics).toEqual([])
  expect(config?.nodes).toEqual([
    { role: 'control-plane', image: 'kindest/node:v1.30.0' },
    { role: 'worker', image: 'kindest/node:v1.31.0' },
  ])
  expect(config?.portMappings).toMatchObject([
    { hostPort: 18080, containerPort: 30080, listenAddress: '0.0.0.0', protocol: 'TCP' },
    { hostPort: 16443, containerPort: 6443, listenAddress: '127.0.0.1', protocol: 'TCP' },
  ])
})

test('an image from elsewhere is that of every node', () => {
  const { config } = read(`${head}nodes: [{ role: control-plane, image: a }, { role: worker }]\n`, 'b')
  expect(config?.nodes.map(({ image }) => image)).toEqual(['b', 'b'])
})

describe('what is wrong is told with its place', () => {
  test.each<[string, string, readonly string[]]>([
    ['no YAML', 'kind: [Cluster\n', ['1:14 E_CONFIG_SYNTAX']],
    ['an empty file', '', ['1:1 E_CONFIG_VERSION the file is no Kind config: it has no keys']],
    [
      'an alias in what it stands for',
      `${head}nodes: &nodes [{ labels: *nodes }]\n`,
      ['1:1 E_CONFIG_INVALID an alias stands for something that it is part of itself'],
    ],
    [
      'another kind of object',
      'kind: ConfigMap\napiVersion: v1\n',
      [
        '1:7 E_CONFIG_VERSION this is no Kind config: it has the kind `ConfigMap`',
        '2:13 E_CONFIG_VERSION this is no Kind config: it has the apiVersion `v1`',
      ],
    ],
    [
      'an older version',
      'kind: Cluster\napiVersion: kind.sigs.k8s.io/v1alpha3\n',
      ['2:13 E_CONFIG_VERSION this is no Kind config: it has the apiVersion `kind.sigs.k8s.io/v1alpha3`'],
    ],
    [
      'a second document',
      `${head}---\n${head}`,
      ['4:1 E_CONFIG_INVALID the file has several documents, and kind reads only the first'],
    ],
    [
      'a role that does not exist',
      `${head}nodes:\n- role: control-plane\n- role: wroker\n`,
      ['5:9 E_CONFIG_INVALID there is no role `wroker`'],
    ],
    [
      'no control plane',
      `${head}nodes:\n- role: worker\n- role: worker\n`,
      ['4:1 E_CONFIG_INVALID none of the nodes has the role `control-plane`'],
    ],
    [
      'nodes that are no list',
      `${head}nodes: { role: worker }\n`,
      ['3:8 E_CONFIG_INVALID `nodes` must be a list'],
    ],
    [
      'ports out of range, of the wrong kind, and missing',
      `${head}nodes:
- extraPortMappings:
  - { containerPort: 70000, hostPort: 80 }
  - { containerPort: 80, hostPort: "8080" }
  - { hostPort: 8081 }
`,
      [
        '5:22 E_CONFIG_INVALID `containerPort` is 70000',
        '6:36 E_CONFIG_INVALID `hostPort` is "8080"',
        '7:5 E_CONFIG_INVALID `containerPort` is missing',
      ],
    ],
    [
      'keys that are misspelt',
      `${head}networkin: {}\nnodes:\n- extraPortMapping: []\n  extraMounts: [{ hostpath: . }]\n`,
      [
        '3:1 E_CONFIG_UNKNOWN_KEY there is no key `networkin` here',
        '5:3 E_CONFIG_UNKNOWN_KEY there is no key `extraPortMapping` here',
        '6:19 E_CONFIG_UNKNOWN_KEY there is no key `hostpath` here',
      ],
    ],
    [
      'P1: a host port that two nodes map',
      `${head}nodes:
- extraPortMappings:
  - { containerPort: 80, hostPort: 8080, listenAddress: 127.0.0.1 }
- role: worker
  extraPortMappings:
  - { containerPort: 81, hostPort: 8080 }
`,
      ['8:36 E_PORT_CONFLICT the host port 8080 is mapped twice'],
    ],
  ])('%s', (_, text, expected) => {
    const found = problems(text)
    expect(found).toHaveLength(expected.length)
    for (const [index, start] of expected.entries()) expect(found[index]).toContain(start)
    expect(read(text).config).toBeUndefined()
  })
})

test('a key that looks like none we know is left for kind to judge', () => {
  expect(problems(`${head}somethingNew: true\n`)).toEqual([])
})

test('P1: the same port on two addresses, or of two protocols, is no clash', () => {
  const mapping = (rest: string) => `  - { containerPort: 80, hostPort: 8080, ${rest} }\n`
  const of = (...mappings: string[]) =>
    `${head}nodes:\n- extraPortMappings:\n${mappings.map(mapping).join('')}`
  expect(problems(of('listenAddress: 127.0.0.1', 'listenAddress: 127.0.0.2'))).toEqual([])
  expect(problems(of('protocol: TCP', 'protocol: UDP'))).toEqual([])
})
