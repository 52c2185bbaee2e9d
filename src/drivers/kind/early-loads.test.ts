import { expect, test } from 'vitest'
import type { LoadOutcome } from '../cluster.ts'
import { EarlyLoads } from './early-loads.ts'

const image = { reference: 'localhost/shop/api:1', id: 'sha256:1' }
const loaded: LoadOutcome = { outcome: 'loaded', way: 'pull', bytesSent: 1, bytesWritten: 0 }

/** Nodes that note what is loaded into them, or refuse it for as long as they are gone. */
function setUp() {
  const state = { calls: 0, areGone: false }
  const loads = new EarlyLoads(async () => {
    state.calls++
    if (state.areGone) throw new Error('no such container')
    return loaded
  })
  return { loads, state }
}

test('nodes take images before the cluster is ready', async () => {
  const { loads, state } = setUp()
  const areThere = loads.areThere({})
  loads.nodesMade()
  expect(await areThere).toBe('created')
  expect(await loads.load(image, {})).toBe(loaded)
  await loads.ready('created', {})
  expect(state.calls).toBe(1)
})

test('a cluster that was there has its nodes once it is known to be the right one', async () => {
  const { loads, state } = setUp()
  const areThere = loads.areThere({})
  await loads.ready('reused', {})
  expect(await areThere).toBe('reused')
  await loads.load(image, {})
  expect(state.calls).toBe(1)
})

test('C7: what was loaded into nodes of an attempt that failed is loaded again before the cluster counts as ready', async () => {
  const { loads, state } = setUp()
  loads.nodesMade()
  await loads.load(image, {})
  loads.nodesMade()
  await loads.load({ ...image, reference: 'localhost/shop/web:1' }, {})
  await loads.ready('created', {})
  expect(state.calls).toBe(3)
})

test('C7: a load whose nodes go meanwhile is done again once the cluster is ready', async () => {
  const { loads, state } = setUp()
  loads.nodesMade()
  state.areGone = true
  const load = loads.load(image, {})
  await Promise.resolve()
  state.areGone = false
  loads.nodesMade()
  await loads.ready('created', {})
  expect(await load).toBe(loaded)
  expect(state.calls).toBe(2)
})

test('E2: where no cluster comes, there are no nodes, and a load is not what failed', async () => {
  const { loads, state } = setUp()
  loads.nodesMade()
  state.areGone = true
  const load = loads.load(image, {})
  loads.failed()
  expect(await load).toBeUndefined()
})

test('E2: where no cluster comes at all, nobody waits for its nodes', async () => {
  const { loads } = setUp()
  const areThere = loads.areThere({})
  loads.failed()
  expect(await areThere).toBeUndefined()
})

test('waiting for nodes ends with the run', async () => {
  const { loads } = setUp()
  const abort = new AbortController()
  const areThere = loads.areThere({ signal: abort.signal })
  abort.abort(new Error('interrupted'))
  await expect(areThere).rejects.toThrow('interrupted')
})

test('what the nodes refuse once the cluster is ready is the failure of the load', async () => {
  const { loads, state } = setUp()
  await loads.ready('created', {})
  state.areGone = true
  await expect(loads.load(image, {})).rejects.toThrow('no such container')
})
