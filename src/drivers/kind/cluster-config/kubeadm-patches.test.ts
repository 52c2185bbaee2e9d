import { describe, expect, test } from 'vitest'
import { kubeadmVersionOf } from './kubeadm-patches.ts'
import { readKindConfig } from './read-config.ts'

/** A config whose patch begins on line 5, with these lines. */
function check(patch: string, image?: string): string[] {
  const lines = patch.split('\n').map((line) => `    ${line}`)
  const text = `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nkubeadmConfigPatches:\n  - |\n${lines.join('\n')}\n`
  const { diagnostics } = readKindConfig({ file: '/repo/kind.yaml', text }, image)
  return diagnostics.map(({ severity, message, location }) => {
    const { line, column } = location?.start ?? { line: 0, column: 0 }
    return `${line}:${column} ${severity}: ${message}`
  })
}

const asMap = (apiVersion: string) =>
  `kind: ClusterConfiguration\n${apiVersion}apiServer:\n  extraArgs:\n    v: "4"`
const asList = (apiVersion: string) =>
  `kind: ClusterConfiguration\n${apiVersion}apiServer:\n  extraArgs:\n  - { name: v, value: "4" }`
const v1beta3 = 'apiVersion: kubeadm.k8s.io/v1beta3\n'
const v1beta4 = 'apiVersion: kubeadm.k8s.io/v1beta4\n'
const [older, newer] = ['kindest/node:v1.30.0', 'kindest/node:v1.36.1@sha256:abc']

describe('`extraArgs` are told apart by the version of kubeadm', () => {
  test.each<[string, string, string | undefined, readonly string[]]>([
    ['a map without a version is right everywhere', asMap(''), undefined, []],
    ['also on new nodes, where kind turns it into a list', asMap(''), newer, []],
    ['a list without a version may be right', asList(''), undefined, []],
    ['and is on new nodes', asList(''), newer, []],
    ['but not on older ones', asList(''), older, ['7:7 error: in v1beta3, `extraArgs` is a map']],
    ['a map for v1beta3 on its nodes', asMap(v1beta3), older, []],
    ['a list for v1beta3', asList(v1beta3), older, ['8:7 error: in v1beta3, `extraArgs` is a map']],
    ['a list for v1beta4 on its nodes', asList(v1beta4), newer, []],
    ['a map for v1beta4', asMap(v1beta4), newer, ['8:7 error: in v1beta4, `extraArgs` is a list']],
    [
      'a patch for other nodes than there are',
      asMap(v1beta3),
      newer,
      ['6:17 warning: the patch is for v1beta3 alone: nodes of these, which take v1beta4, ignore it'],
    ],
    [
      'a patch for nodes that are not known',
      asMap(v1beta3),
      'localhost/node:dev',
      ['6:17 warning: the patch is for v1beta3 alone: nodes of other Kubernetes versions ignore it'],
    ],
    [
      'arguments of the kubelet',
      `kind: InitConfiguration\n${v1beta4}nodeRegistration:\n  kubeletExtraArgs: { v: "4" }`,
      newer,
      ['8:7 error: in v1beta4, `extraArgs` is a list'],
    ],
    [
      'a patch of nothing',
      'apiServer: {}',
      older,
      ['5:5 warning: the patch names no `kind`, and kind applies it to nothing'],
    ],
    ['a patch of the kubelet itself', 'kind: KubeletConfiguration\nmaxPods: 200', older, []],
    ['no YAML', 'kind: [Cluster', older, ['5:18 error: ']],
  ])('%s', (_, patch, image, expected) => {
    const found = check(patch, image)
    expect(found).toHaveLength(expected.length)
    for (const [index, start] of expected.entries()) expect(found[index]).toContain(start)
  })

  test('those of one node too, with the place of the whole where it cannot be told more exactly', () => {
    const patch = JSON.stringify(
      `${v1beta4}kind: JoinConfiguration\nnodeRegistration: { kubeletExtraArgs: { v: "4" } }`,
    )
    const text = `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- kubeadmConfigPatches:\n  - ${patch}\n`
    const { diagnostics } = readKindConfig({ file: '/repo/kind.yaml', text }, newer)
    expect(diagnostics).toMatchObject([{ severity: 'error', location: { start: { line: 5, column: 5 } } }])
  })
})

test.each([
  ['kindest/node:v1.22.17', 'v1beta2'],
  ['kindest/node:v1.23.0', 'v1beta3'],
  ['registry:5000/node:v1.35.4', 'v1beta3'],
  ['kindest/node:v1.36.0', 'v1beta4'],
  ['kindest/node:latest', undefined],
  [undefined, undefined],
])('%s is configured by %s', (image, version) => {
  expect(kubeadmVersionOf(image)).toBe(version)
})
