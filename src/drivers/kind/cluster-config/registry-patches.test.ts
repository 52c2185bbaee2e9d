import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { mergeKindConfig } from './merge-config.ts'
import { registryPatches } from './registry-patches.ts'

const config = (text?: string) => ({
  nodes: [],
  portMappings: [],
  ...(text === undefined ? {} : { source: { file: '/project/kind.yaml', text } }),
})
const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'

test('nodes can be told where to pull from, whichever version of containerd they have', () => {
  for (const own of [config(), config(head), config(`${head}containerdConfigPatches: ['[debug]']\n`)]) {
    const all = registryPatches(own)
    expect(all.map((patch) => /^version = (\d)/.exec(patch)?.[1])).toEqual(['2', '3'])
    const merged = mergeKindConfig(
      own,
      { containerdConfigPatches: all },
      { name: 'x', markDirectory: '/mark' },
    )
    expect((parse(merged.yaml) as { containerdConfigPatches: string[] }).containerdConfigPatches).toEqual(
      expect.arrayContaining([...all]),
    )
  }
})

test('what a project says of registries itself is left alone', () => {
  const mirrors = `[plugins."io.containerd.grpc.v1.cri".registry.mirrors."localhost:5000"]`
  expect(registryPatches(config(`${head}containerdConfigPatches:\n- |\n  ${mirrors}\n`))).toEqual([])
  const json = '[{"op": "add", "path": "/plugins/io.containerd.grpc.v1.cri/registry", "value": {}}]'
  expect(registryPatches(config(`${head}containerdConfigPatchesJSON6902: ['${json}']\n`))).toEqual([])
})
