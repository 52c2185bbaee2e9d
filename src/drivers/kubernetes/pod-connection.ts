import { Duplex, PassThrough, Writable } from 'node:stream'
import type { KubeConfig, PortForward } from '@kubernetes/client-node'
import type { PodKey } from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'

type WebSocket = Exclude<Awaited<ReturnType<PortForward['portForward']>>, () => unknown>

/** The number of the stream with what is sent to the pod; each message begins with it. */
const dataStream = Buffer.of(0)

/** Connects to a port of a pod, over a web socket as the API server has it. Rejects with `KubernetesError`. */
export async function connectToPod(
  config: KubeConfig,
  { namespace, pod }: PodKey,
  port: number,
): Promise<Duplex> {
  const { PortForward } = await import('@kubernetes/client-node')
  const connection = new PodConnection()
  const { received, refused } = connection
  try {
    const forward = new PortForward(config)
    // What is sent does not go through the library, which would not wait for a slow reader.
    const unused = new PassThrough()
    const socket = await forward.portForward(namespace, pod, [port], received, refused, unused)
    if (typeof socket === 'function') throw new Error('no connection')
    connection.use(socket)
    return connection
  } catch (error) {
    const isTold = typeof error === 'object' && error !== null && 'message' in error
    throw new KubernetesError({
      action: `forward port ${port} of pod ${pod}`,
      reason: 'Unreachable',
      serverMessage: isTold && error.message !== '' ? String(error.message) : 'no connection',
      cause: error,
    })
  }
}

/** The bytes on a web socket of a forward, at the pace of who reads them. */
class PodConnection extends Duplex {
  #socket: WebSocket | undefined

  /** Takes what the pod sends. */
  readonly received: Writable = new Writable({
    write: (chunk: Buffer, _, done) => {
      if (!this.push(chunk)) this.#socket?.pause()
      done()
    },
  })

  /** Takes why the pod cannot be reached. */
  readonly refused: Writable = new Writable({
    write: (chunk: Buffer, _, done) => {
      const text = chunk.toString('utf8').trim()
      if (text !== '') this.destroy(new Error(text))
      done()
    },
  })

  use(socket: WebSocket): void {
    this.#socket = socket
    socket.on('close', () => this.push(null))
    if (this.destroyed) socket.terminate()
  }

  override _read(): void {
    this.#socket?.resume()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket === undefined) done(new Error('no connection'))
    else this.#socket.send(Buffer.concat([dataStream, chunk]), done)
  }

  override _final(done: () => void): void {
    this.#socket?.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket?.terminate()
    done(error)
  }
}
