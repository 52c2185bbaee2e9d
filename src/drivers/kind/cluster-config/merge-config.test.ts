import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type KindConfigAdditions, mergeKindConfig } from './merge-config.ts'
import { readKindConfig } from './read-config.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
const cluster = { name: 'shop', markDirectory: '/state/mark' }
const mark = { hostPath: '/state/mark', containerPath: '/kindling', readOnly: true }

function merge(text: string | undefined, additions: KindConfigAdditions = {}, of = cluster) {
  const source = text === undefined ? undefined : { file: '/repo/test/kind.yaml', text }
  const { config, diagnostics } = readKindConfig(source)
  if (config === undefined) throw new Error(JSON.stringify(diagnostics))
  return mergeKindConfig(config, additions, of)
}

const merged = (text: string | undefined, additions?: KindConfigAdditions) =>
  parse(merge(text, additions).yaml)

describe('C8: YAML in, YAML out', () => {
  test('without a config, everything is ours', () => {
    const additions: KindConfigAdditions = {
      image: 'kindest/node:v1.30.0',
      portMappings: [{ containerPort: 30080, hostPort: 20001 }],
      mounts: [{ hostPath: '/cache', containerPath: '/var/cache', readOnly: true }],
      containerdConfigPatches: ['[plugins]\n  a = 1\n'],
      kubeadmConfigPatches: ['kind: ClusterConfiguration\n'],
    }
    expect(merged(undefined, additions)).toEqual({
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name: 'shop',
      nodes: [
        {
          role: 'control-plane',
          image: 'kindest/node:v1.30.0',
          extraPortMappings: [
            { containerPort: 30080, hostPort: 20001, listenAddress: '127.0.0.1', protocol: 'TCP' },
          ],
          extraMounts: [{ hostPath: '/cache', containerPath: '/var/cache', readOnly: true }, mark],
        },
      ],
      containerdConfigPatches: ['[plugins]\n  a = 1\n'],
      kubeadmConfigPatches: ['kind: ClusterConfiguration\n'],
    })
  })

  test('ports go to the first control plane, the mark to every node', () => {
    const { nodes } = merged(
      `${head}nodes:\n- role: worker\n- role: control-plane\n  extraPortMappings: [{ containerPort: 80, hostPort: 8080 }]\n- role: control-plane\n`,
      { portMappings: [{ containerPort: 30080, hostPort: 20001 }] },
    )
    expect(nodes.map((node: Record<string, unknown>) => node.extraPortMappings)).toEqual([
      undefined,
      [
        { containerPort: 80, hostPort: 8080 },
        { containerPort: 30080, hostPort: 20001, listenAddress: '127.0.0.1', protocol: 'TCP' },
      ],
      undefined,
    ])
    expect(nodes.every(({ extraMounts }: { extraMounts: unknown }) => Array.isArray(extraMounts))).toBe(true)
  })

  test('what nodes share by anchors and merge keys is not changed for the others', () => {
    const text = `${head}nodes:
- &first
  role: control-plane
  extraMounts: &mounts
  - { hostPath: ./a, containerPath: /a }
- <<: *first
  role: worker
- role: worker
  extraMounts: *mounts
`
    const { yaml } = merge(text, { portMappings: [{ containerPort: 30080, hostPort: 20001 }] })
    expect(yaml).not.toMatch(/[&*]\w|<</)
    const a = { hostPath: '/repo/test/a', containerPath: '/a' }
    expect(parse(yaml).nodes).toEqual([
      expect.objectContaining({ role: 'control-plane', extraMounts: [a, mark] }),
      { role: 'worker', extraMounts: [a, mark] },
      { role: 'worker', extraMounts: [a, mark] },
    ])
  })

  test('what the project wrote stays as it was written, with its comments', () => {
    const text = `${head}# for the gateway
runtimeConfig:
  api/alpha: "false"
nodes:
- labels: { tier: 0644, version: 1.20, on: yes } # of ours
featureGates: { A: true }
`
    const { yaml } = merge(text)
    for (const part of ['# for the gateway', '# of ours', 'tier: 0644', 'version: 1.20', 'on: yes']) {
      expect(yaml).toContain(part)
    }
    expect(yaml).toContain('api/alpha: "false"')
    expect(yaml).toContain('A: true')
  })

  test('I19: relative host paths start at the directory of the config', () => {
    const { nodes } = merged(
      `${head}nodes:\n- extraMounts:\n  - { hostPath: ../data, containerPath: /data }\n  - { hostPath: /abs, containerPath: /abs }\n`,
    )
    expect(nodes[0].extraMounts.map(({ hostPath }: { hostPath: string }) => hostPath)).toEqual([
      '/repo/data',
      '/abs',
      '/state/mark',
    ])
  })

  test('a name of the project gives way to that of the cluster', () => {
    expect(merged(`${head}name: theirs\n`)).toMatchObject({
      name: 'shop',
      nodes: [{ role: 'control-plane' }],
    })
  })
})

describe('C3: the hash', () => {
  const base = merge(`${head}nodes:\n- role: control-plane\n  image: a\n`)

  test('is the same whatever comments, order of keys, quotes, name and place of the mark', () => {
    const text = `# other\napiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nname: x\nnodes: [{ image: "a", role: control-plane }]\n`
    expect(merge(text, {}, { name: 'other', markDirectory: '/elsewhere' }).hash).toBe(base.hash)
  })

  test.each<[string, KindConfigAdditions]>([
    ['an image', { image: 'b' }],
    ['a port', { portMappings: [{ containerPort: 30080, hostPort: 20001 }] }],
    ['a mount', { mounts: [{ hostPath: '/a', containerPath: '/a' }] }],
    ['a patch', { containerdConfigPatches: ['[a]'] }],
  ])('is another with %s', (_, additions) => {
    expect(merge(`${head}nodes:\n- role: control-plane\n  image: a\n`, additions).hash).not.toBe(base.hash)
  })
})

test('the names of all containers are known before kind makes them', () => {
  expect(merge(undefined).nodeNames).toEqual(['shop-control-plane'])
  const text = `${head}nodes: [{}, { role: worker }, { role: control-plane }, { role: worker }]\n`
  expect(merge(text).nodeNames).toEqual([
    'shop-control-plane',
    'shop-worker',
    'shop-control-plane2',
    'shop-worker2',
    'shop-external-load-balancer',
  ])
})

test('P1: the host ports of the config and ours are known', () => {
  const text = `${head}networking: { apiServerPort: 16443 }\nnodes: [{ extraPortMappings: [{ containerPort: 80, hostPort: 8080 }] }]\n`
  const { hostPorts } = merge(text, { portMappings: [{ containerPort: 30080, hostPort: 20001 }] })
  expect([...hostPorts].sort()).toEqual([16443, 20001, 8080])
})
