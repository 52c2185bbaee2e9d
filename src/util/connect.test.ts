import { getEventListeners } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { localServer } from '../../test/rig/local-server.ts'
import { connectLocal, requestLocal } from './connect.ts'

test('C9: an answer comes from 127.0.0.1, with its status and the beginning of its body', async () => {
  const hosts: (string | undefined)[] = []
  const port = await localServer((request, response) => {
    hosts.push(request.socket.localAddress)
    response.writeHead(418).end('x'.repeat(10_000))
  })
  const { status, body } = await requestLocal(port, '/', { timeoutMs: 5_000 })
  expect([status, body.length, hosts]).toEqual([418, 4_096, ['127.0.0.1']])
})

test('a server that says nothing is given up', async () => {
  const port = await localServer(() => {})
  await expect(requestLocal(port, '/', { timeoutMs: 20 })).rejects.toThrow('no answer within 20 ms')
})

test('a server that breaks off in the middle has not answered', async () => {
  const port = await localServer((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
  })
  await expect(requestLocal(port, '/', { timeoutMs: 5_000 })).rejects.toThrow()
})

test('a proxy that accepts and drops, since nobody listens behind it, is no server', async () => {
  const server = createServer((socket) => socket.end())
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await expect(connectLocal(port, 5_000)).rejects.toThrow('closed at once')
})

test('a connection leaves nothing behind on the signal it could have been ended with, and ends with it', async () => {
  const port = await localServer((_, response) => response.end())
  const { signal } = new AbortController()
  await connectLocal(port, 5_000, signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
  await expect(connectLocal(port, 5_000, AbortSignal.abort())).rejects.toThrow('given up')
})
