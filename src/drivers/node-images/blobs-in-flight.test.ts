import { expect, test } from 'vitest'
import { BlobsInFlight } from './blobs-in-flight.ts'

test('what nobody sends is to be sent', async () => {
  const flights = new BlobsInFlight()
  const claim = await flights.claim(['a', 'b', 'a'])
  expect([...claim.digests]).toEqual(['a', 'b'])
  expect(flights.has('a')).toBe(true)
  claim.settle('delivered')
  expect(flights.has('a')).toBe(false)
})

test('what another delivers is left out', async () => {
  const flights = new BlobsInFlight()
  const first = await flights.claim(['base', 'one'])
  const second = flights.claim(['base', 'two'])
  first.settle('delivered')
  expect([...(await second).digests]).toEqual(['two'])
})

test('what another failed to deliver is sent by one of those who waited', async () => {
  const flights = new BlobsInFlight()
  const first = await flights.claim(['base'])
  const second = flights.claim(['base', 'two'])
  const third = flights.claim(['base', 'three'])
  first.settle('failed')
  const claim = await second
  expect([...claim.digests]).toEqual(['base', 'two'])
  claim.settle('delivered')
  expect([...(await third).digests]).toEqual(['three'])
})

test('two that wait for each other’s layers do not wait for ever', async () => {
  const flights = new BlobsInFlight()
  const [a, b] = [await flights.claim(['a']), await flights.claim(['b'])]
  const both = [flights.claim(['a', 'b', 'c']), flights.claim(['b', 'a', 'c'])]
  b.settle('failed')
  a.settle('failed')
  const first = await Promise.race(both)
  expect([...first.digests].sort()).toEqual(['a', 'b', 'c'])
  first.settle('delivered')
  expect((await Promise.all(both)).map(({ digests }) => digests.size).sort()).toEqual([0, 3])
})

test('a wait ends with the signal, and claims nothing', async () => {
  const flights = new BlobsInFlight()
  const first = await flights.claim(['base'])
  const controller = new AbortController()
  const second = flights.claim(['base', 'two'], controller.signal)
  controller.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
  expect(flights.has('two')).toBe(false)
  first.settle('delivered')
})
