import { expect, test } from 'vitest'
import { FakeCluster } from '../../test/rig/fake-cluster.ts'
import { BlockedError } from '../engine/task-error.ts'
import { awaitNodes } from './nodes.ts'

const { signal } = new AbortController()

test('E2: nodes that never come are the failure of the cluster', async () => {
  const cluster = Object.assign(new FakeCluster(), { awaitNodes: async () => undefined })
  await expect(awaitNodes({ cluster }, { signal })).rejects.toEqual(new BlockedError(['cluster:fake']))
})

test('nodes that take images are waited for, and nothing else is', async () => {
  const cluster = Object.assign(new FakeCluster(), { awaitNodes: async () => 'created' as const })
  expect(await awaitNodes({ cluster }, { signal })).toEqual({ outcome: 'succeeded' })
})

test('nodes of a cluster that was there are reused, like the cluster', async () => {
  const cluster = Object.assign(new FakeCluster(), { awaitNodes: async () => 'reused' as const })
  expect(await awaitNodes({ cluster }, { signal })).toEqual({ outcome: 'reused' })
})
