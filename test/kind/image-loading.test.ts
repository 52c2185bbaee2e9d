import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { stringify } from 'yaml'
import { registryPatches } from '../../src/drivers/kind/cluster-config/registry-patches.ts'
import { loadWays } from '../../src/drivers/node-images/loading-way.ts'
import { EngineNode } from '../../src/drivers/node-images/node.ts'
import { PodmanImages } from '../../src/drivers/podman/images.ts'
import { Podman } from '../../src/drivers/podman/podman.ts'
import type { ExecOptions } from '../../src/exec/exec.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { imageLoadingContract } from '../contract/image-loading.contract.ts'
import { rigStatus } from '../real-kind/status.mjs'

const rig = rigStatus()

describe.each([1, 2])('loading images into a Kind cluster of %i nodes', (count) => {
  if (!rig.present) {
    test('is held to the contract', ({ skip }) => skip(rig.reason))
    return
  }

  const exec = new LocalExec()
  const cluster = `kindload-${count}-${randomBytes(3).toString('hex')}`
  const state = mkdtempSync(join(tmpdir(), 'kindling-loading-'))
  const env = { ...rig.env, KUBECONFIG: join(state, 'kubeconfig') }
  const settings = rig.containersConf === undefined ? {} : { containersConf: rig.containersConf }
  const podman = new Podman(exec, settings)
  const nodes: EngineNode[] = []
  const kind = (...args: readonly string[]) =>
    execFileSync(rig.kind, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })

  beforeAll(() => {
    const config = join(state, 'kind.yaml')
    const roles = ['control-plane', 'worker'].slice(0, count).map((role) => ({ role }))
    const containerdConfigPatches = registryPatches({ nodes: [], portMappings: [] })
    writeFileSync(
      config,
      stringify({
        kind: 'Cluster',
        apiVersion: 'kind.x-k8s.io/v1alpha4',
        nodes: roles,
        containerdConfigPatches,
      }),
    )
    kind('create', 'cluster', '--name', cluster, '--image', rig.nodeImage, '--config', config)
    for (const name of kind('get', 'nodes', '--name', cluster).trim().split('\n')) {
      nodes.push(new EngineNode(podman, name))
    }
  })

  afterAll(() => {
    kind('delete', 'cluster', '--name', cluster)
    rmSync(state, { recursive: true, force: true })
  })

  const underTest = () => ({
    engine: new PodmanImages(podman),
    podman,
    cli: (...args: readonly string[]) =>
      execFileSync('podman', args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...rig.env },
      }),
    cluster,
    nodes,
    kind: (args: readonly string[], options?: ExecOptions) =>
      exec.run({ program: rig.kind, args, env }, options),
  })
  // With one node only these two do anything else than with several.
  imageLoadingContract(`${count} of Kind`, underTest, count === 1 ? ['stream', 'pull'] : loadWays)
})
