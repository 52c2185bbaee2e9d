import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ServiceRunner } from '../../src/drivers/cluster.ts'
import { ForwardError, type ForwardTarget } from '../../src/drivers/forward.ts'

/** A cluster with a Service `db`, port 5432 or `sql`, in namespace `shop`, in front of pods that the test makes. */
export interface ForwardingCluster {
  readonly cluster: Pick<ServiceRunner, 'forward'>
  /** Has one ready pod behind the Service, whose port is this one of the host; without a port, none. */
  serve(port: number | undefined): void | Promise<void>
}

const target: ForwardTarget = { service: 'db', namespace: 'shop', port: 5432 }

/** What every implementation of a forward must do. */
export function forwardContract(name: string, start: () => Promise<ForwardingCluster>): void {
  describe(`${name}: a forward`, () => {
    const opened = async (of: Partial<ForwardTarget> = {}) => {
      const { cluster, serve } = await start()
      await serve(await listening((socket) => socket.pipe(socket)))
      const told: string[] = []
      const options = { onLine: (_: string, line: string) => told.push(line) }
      const forward = await cluster.forward({ ...target, ...of }, options)
      onTestFinished(() => forward.close())
      return { forward, serve, told }
    }

    test.each([5432, 'sql'])('leads to port %s of a Service, and back, whatever is sent', async (port) => {
      const { forward } = await opened({ port })
      const sent = Buffer.alloc(300_000, 'all of it\n')
      const socket = connect(forward.port, '127.0.0.1')
      socket.write(sent)
      // One by one, bytes take seconds to compare.
      expect((await received(socket, sent.length)).equals(sent)).toBe(true)
    })

    test('takes several connections at once, and others after one was dropped', async () => {
      const { forward } = await opened()
      const [one, two] = [connect(forward.port, '127.0.0.1'), connect(forward.port, '127.0.0.1')]
      one.write('one')
      two.write('two')
      expect(String(await received(one, 3)) + String(await received(two, 3))).toBe('onetwo')
      one.destroy()
      two.write('again')
      expect(String(await received(two, 5))).toBe('again')
      const three = connect(forward.port, '127.0.0.1')
      three.write('three')
      expect(String(await received(three, 5))).toBe('three')
    })

    test('ends a connection that the other side ends, with all that was sent', async () => {
      const { forward, serve } = await opened()
      await serve(await listening((socket) => socket.end('good bye')))
      expect(await text(connect(forward.port, '127.0.0.1'))).toBe('good bye')
    })

    test('leads to another pod as soon as that has taken the place of the first', async () => {
      const { forward, serve, told } = await opened()
      await serve(undefined)
      await expect(buffer(connect(forward.port, '127.0.0.1'))).rejects.toThrow(/ECONNRESET/)
      expect(told.join()).toMatch(/forward to db:5432: no (ready|running) pod is behind db:5432/)
      await serve(await listening((socket) => socket.end('the next')))
      expect(await text(connect(forward.port, '127.0.0.1'))).toBe('the next')
    })

    test('ends with all its connections when it is closed', async () => {
      const { forward } = await opened()
      const socket = connect(forward.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write('x')
      await received(socket, 1)
      const closed = once(socket, 'close')
      await forward.close()
      await closed
      await expect(buffer(connect(forward.port, '127.0.0.1'))).rejects.toThrow(/ECONNREFUSED/)
    })

    test('is refused where no pod is', async () => {
      const { cluster } = await start()
      await expect(cluster.forward(target, {})).rejects.toThrow(ForwardError)
      await expect(cluster.forward(target, {})).rejects.toThrow(/no (ready|running) pod is behind db:5432/)
    })
  })
}

/** A server of this host that goes with the test; resolves with its port. */
async function listening(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => serve(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** So many bytes, as they come. */
async function received(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  while (size < length) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks)
}
