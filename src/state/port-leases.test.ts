import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { canBind, PortLeases } from './port-leases.ts'

const always = async () => true

async function portsOf(leases: PortLeases, owner: string, uses: readonly string[]): Promise<number[]> {
  const answer = await leases.acquire(
    owner,
    uses.map((use) => ({ use })),
  )
  if ('conflicts' in answer) throw new Error('no conflict was expected')
  return [...answer.ports.values()]
}

/** A port on which a program that is not ours listens. */
async function listeningPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

test('P1: an owner keeps its ports from run to run, though something listens on them by now', async () => {
  const directory = temporaryDirectory()
  const first = await portsOf(new PortLeases(directory, always), 'shop', ['gateway.api', 'db.sql'])
  const nothingIsFree = new PortLeases(directory, async () => false)
  expect(await portsOf(nothingIsFree, 'shop', ['gateway.api', 'db.sql'])).toEqual(first)
})

test('P1: many who lease at once get different ports', async () => {
  const directory = temporaryDirectory()
  const owners = Array.from({ length: 8 }, (_, index) => `owner-${index}`)
  const all = await Promise.all(
    owners.map((owner) => portsOf(new PortLeases(directory, always), owner, ['a.x', 'b.x', 'c.x'])),
  )
  expect(new Set(all.flat()).size).toBe(24)
  expect(new PortLeases(directory).list()).toHaveLength(24)
})

test('a port that is not free is passed over', async () => {
  const probed: number[] = []
  const leases = new PortLeases(temporaryDirectory(), async (port) => probed.push(port) > 2)
  expect(await portsOf(leases, 'shop', ['gateway.api'])).toEqual([probed[2]])
})

test('P1: ports come from below the range of outgoing connections', async () => {
  const ports = await portsOf(new PortLeases(temporaryDirectory(), always), 'shop', ['a.x', 'b.x', 'c.x'])
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000)
    expect(port).toBeLessThan(32_768)
  }
})

test('a fixed port that another environment has is a conflict, and then nothing is leased', async () => {
  const leases = new PortLeases(temporaryDirectory(), always)
  await leases.acquire('other', [{ use: 'gateway.api', fixed: 20_500 }])
  const answer = await leases.acquire('shop', [{ use: 'db.sql' }, { use: 'gateway.api', fixed: 20_500 }])
  expect(answer).toEqual({ conflicts: [{ use: 'gateway.api', port: 20_500, owner: 'other' }] })
  expect(leases.list().map(({ owner }) => owner)).toEqual(['other'])
})

test('a fixed port on which a foreign program listens is a conflict without an owner', async () => {
  const port = await listeningPort()
  expect(await canBind(port)).toBe(false)
  const leases = new PortLeases(temporaryDirectory())
  const answer = await leases.acquire('shop', [{ use: 'gateway.api', fixed: port }])
  expect(answer).toEqual({ conflicts: [{ use: 'gateway.api', port, owner: undefined }] })
})

test('a use that is fixed later gives its old port back', async () => {
  const leases = new PortLeases(temporaryDirectory(), always)
  await leases.acquire('shop', [{ use: 'gateway.api' }])
  await leases.acquire('shop', [{ use: 'gateway.api', fixed: 20_500 }])
  expect(leases.list()).toEqual([{ owner: 'shop', use: 'gateway.api', port: 20_500 }])
})

test('a fixed port is served before any port is chosen', async () => {
  const leases = new PortLeases(temporaryDirectory(), async (port) => port <= 20_001)
  // Two ports are free, and the chosen one must not be the fixed one.
  const answer = await leases.acquire('shop', [{ use: 'a.x' }, { use: 'b.x', fixed: 20_000 }])
  expect('ports' in answer && new Set(answer.ports.values())).toEqual(new Set([20_000, 20_001]))
})

test('released ports are free for others, and those of others stay', async () => {
  const leases = new PortLeases(temporaryDirectory(), always)
  await leases.acquire('shop', [{ use: 'a.x', fixed: 20_500 }])
  await leases.acquire('other', [{ use: 'a.x', fixed: 20_501 }])
  await leases.release('shop')
  expect(leases.list().map(({ owner }) => owner)).toEqual(['other'])
  expect(await leases.acquire('third', [{ use: 'a.x', fixed: 20_500 }])).toHaveProperty('ports')
})
