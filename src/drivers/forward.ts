import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A port of a Service that is to be reached from the host. */
export interface ForwardTarget {
  readonly service: string
  readonly namespace: string
  /** Of the Service: its number or its name. */
  readonly port: number | string
}

/** A port on 127.0.0.1 that leads to a Service until it is closed. */
export interface Forward {
  readonly port: number
  close(): Promise<void>
}

/** Nothing is behind a Service that a forward could lead to. */
export class ForwardError extends Error {
  override readonly name = 'ForwardError'
}

/** For messages: `postgres:5432`. */
export function describeTarget({ service, port }: ForwardTarget): string {
  return `${service}:${port}`
}

/**
 * Listens on a free port of 127.0.0.1; each connection goes to what `dial` connects it to, so that one that is dropped,
 * or a pod that is replaced, does not end the forward. Why a connection failed is told to `onProblem`.
 */
export async function listenForward(
  dial: () => Promise<Duplex>,
  onProblem: (message: string) => void,
): Promise<Forward> {
  const open = new Set<Duplex>()
  const track = <T extends Duplex>(stream: T): T => {
    open.add(stream)
    return stream.once('close', () => open.delete(stream))
  }
  let isClosed = false
  const serve = async (client: Socket) => {
    track(client).on('error', () => client.destroy())
    try {
      const remote = track(await dial())
      join(client, remote, onProblem)
      if (isClosed) remote.destroy()
    } catch (error) {
      if (!isClosed) onProblem(error instanceof Error ? error.message : String(error))
      client.resetAndDestroy()
    }
  }
  // A client that has said all it has to say may still wait for the answer.
  const server = createServer({ allowHalfOpen: true }, (client) => void serve(client))
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      isClosed = true
      const closed = once(server, 'close')
      server.close()
      for (const stream of open) stream.destroy()
      await closed
    },
  }
}

function join(client: Socket, remote: Duplex, onProblem: (message: string) => void): void {
  remote.on('error', ({ message }) => {
    onProblem(message)
    client.resetAndDestroy()
  })
  remote.on('close', () => client.end())
  client.on('close', () => remote.destroy())
  if (client.destroyed) remote.destroy()
  client.pipe(remote)
  remote.pipe(client)
}
