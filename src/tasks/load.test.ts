import { expect, test } from 'vitest'
import { RecordingContext } from '../../test/rig/task-context.ts'
import type { LoadOptions, LoadOutcome } from '../drivers/cluster.ts'
import { ClusterError } from '../drivers/kind/cluster-error.ts'
import { BlockedError } from '../engine/task-error.ts'
import { failureOf } from '../engine/task-failures.ts'
import { loadImage } from './load.ts'

const image = { reference: 'localhost/shop/api:1', id: 'sha256:1', fingerprint: 'f' }
const loaded: LoadOutcome = { outcome: 'loaded', way: 'stream', bytesSent: 2_048, bytesWritten: 0 }

async function loading(load: (options: LoadOptions) => Promise<LoadOutcome | undefined>) {
  const context = new RecordingContext()
  const scope = {
    provided: new Map([['api', image]]),
    cluster: { provider: 'kind', load: (_: unknown, options: LoadOptions) => load(options) },
  }
  return { end: await loadImage('api', scope, context).catch(failureOf), told: context.told }
}

test('C1: people are told that a cluster had died and was made anew', async () => {
  const { end, told } = await loading(async ({ onRevived }) => {
    onRevived?.('the cluster had died while it was idle, and was made anew')
    return loaded
  })
  expect(end).toMatchObject({ outcome: 'succeeded', outputs: { bytesSent: 2_048 } })
  expect(told).toEqual([
    'warning the cluster had died while it was idle, and was made anew',
    'info sent 2.0 KiB (stream), wrote 0 B to disk',
  ])
})

test('C1: when it cannot be made anew that is the failure, and not the load', async () => {
  const error = new ClusterError('E_CLUSTER_FAILED', 'the cluster could not be made', {
    hint: 'free some memory',
  })
  const { end } = await loading(() => Promise.reject(error))
  expect(end).toMatchObject({ code: 'E_CLUSTER_FAILED', message: 'the cluster could not be made' })
})

test('E2: when the cluster fails under the load, the cluster is the cause', async () => {
  const scope = {
    provided: new Map([['api', image]]),
    cluster: { provider: 'kind', load: async () => undefined },
  }
  await expect(loadImage('api', scope, new RecordingContext())).rejects.toEqual(
    new BlockedError(['cluster:kind']),
  )
})

test('what is on its way is told as it goes, a few times and not for every piece', async () => {
  const mebibyte = 2 ** 20
  const { told } = await loading(async ({ transfer }) => {
    transfer?.sent(5 * mebibyte)
    transfer?.expect(10 * mebibyte)
    for (let i = 0; i < 6; i++) transfer?.sent(mebibyte)
    return loaded
  })
  expect(told.filter((line) => line.endsWith('bytes'))).toEqual([
    `${5 * mebibyte}/? bytes`,
    `${9 * mebibyte}/${10 * mebibyte} bytes`,
    `unpacking ${10 * mebibyte}/${10 * mebibyte} bytes`,
  ])
})
