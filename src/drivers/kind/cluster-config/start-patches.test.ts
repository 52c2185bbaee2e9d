import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { mergeKindConfig } from './merge-config.ts'
import { readKindConfig } from './read-config.ts'
import { startPatches } from './start-patches.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'

function configOf(text?: string) {
  const source = text === undefined ? undefined : { file: '/project/kind.yaml', text: head + text }
  const { config } = readKindConfig(source)
  if (config === undefined) throw new Error('the test has no valid config')
  return config
}

test.each([
  ['alone', undefined, true],
  ['with workers', 'nodes: [{}, { role: worker }]\n', true],
  ['among several', 'nodes: [{}, { role: control-plane }]\n', false],
])('a control plane %s elects a leader only if there is somebody else', (_, text, isLone) => {
  const patches = startPatches(configOf(text)).join('')
  expect(patches.match(/leader-elect: "false"/g) ?? []).toHaveLength(isLone ? 2 : 0)
})

test('each is for one document of kubeadm, and in the form for any version', () => {
  for (const patch of startPatches(configOf())) {
    const { kind, apiVersion } = parse(patch) as { kind?: string; apiVersion?: string }
    expect(kind).toMatch(/^(Cluster|Kubelet|KubeProxy)Configuration$/)
    expect(apiVersion).toBeUndefined()
  }
})

test('those of the project are applied after them, and so prevail', () => {
  const own = 'kind: ClusterConfiguration\nscheduler: { extraArgs: { leader-elect: "true" } }'
  const config = configOf(`kubeadmConfigPatches: [${JSON.stringify(own)}]\n`)
  const additions = { kubeadmConfigPatches: startPatches(config) }
  const { yaml } = mergeKindConfig(config, additions, { name: 'x', markDirectory: '/mark' })
  const { kubeadmConfigPatches } = parse(yaml) as { kubeadmConfigPatches: string[] }
  expect(kubeadmConfigPatches).toEqual([...startPatches(config), own])
})
