import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { PodmanImages } from '../../src/drivers/podman/images.ts'
import { type OpenedPodman, openPodman } from '../../src/drivers/podman/open-podman.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { imageLoadingContract } from '../contract/image-loading.contract.ts'
import { BareNode, kindFor, whyNoBareNode } from '../rig/bare-node.ts'

const missing = whyNoBareNode()

describe('loading images into nodes that are a containerd each', () => {
  if (missing !== undefined) {
    test('is held to the contract', ({ skip }) => skip(missing))
    return
  }

  const state = mkdtempSync(join(tmpdir(), 'kindling-loading-'))
  const confFile = join(state, 'containers.conf')
  const nodes: BareNode[] = []
  let opened: OpenedPodman

  beforeAll(async () => {
    const memory = {
      confFile,
      read: () => undefined,
      write: (text: string, to: string) => void (to === 'conf' && writeFileSync(confFile, text)),
    }
    const result = await openPodman(new LocalExec(), memory)
    if ('problem' in result) throw new Error(`${result.problem.message}\n${result.problem.detail}`)
    opened = result.opened
    for (const name of ['one', 'two']) nodes.push(await BareNode.start(name))
  })

  afterAll(async () => {
    for (const node of nodes) await node[Symbol.asyncDispose]()
    rmSync(state, { recursive: true, force: true })
  })

  const underTest = () => ({
    engine: new PodmanImages(opened.podman),
    podman: opened.podman,
    cli: (...args: readonly string[]) =>
      execFileSync('podman', args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...opened.podman.variables },
      }),
    cluster: 'bare',
    nodes,
    kind: kindFor(nodes),
  })
  // A bare containerd has neither a machine of its own nor crictl to pull with.
  imageLoadingContract('bare nodes', underTest, ['archive', 'stream', 'missing-layers'])
})
