import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { acceptSocket, frame } from './exec-socket.ts'

/**
 * Answers a request for a forward as the API server does: the bytes of the connection are stream 0, why there is none
 * stream 1, and the first message of each is the number of the port. `port` is one of this host; `undefined` where
 * nothing listens.
 */
export function answerForward(request: IncomingMessage, socket: Duplex, port: number | undefined): void {
  acceptSocket(request, socket)
  for (const stream of [0, 1]) socket.write(frame(stream, Buffer.of(0, 80)))
  if (port === undefined) {
    socket.write(frame(1, 'error forwarding port: connection refused'))
    return
  }
  const remote = connect({ host: '127.0.0.1', port })
  const unmask = new Unmasker()
  const end = () => {
    remote.destroy()
    socket.destroy()
  }
  remote.on('data', (chunk: Buffer) => socket.write(frame(0, chunk)))
  remote.on('close', () => socket.end(closeFrame)).on('error', end)
  socket.on('error', end).on('close', end)
  socket.on('data', (chunk: Buffer) => {
    for (const { opcode, payload } of unmask.add(chunk)) {
      if (opcode === 8) end()
      else remote.write(payload.subarray(1))
    }
  })
}

const closeFrame = Buffer.of(0x88, 0)

/** Takes the frames of a client apart, however they are cut up on the way. */
class Unmasker {
  #rest = Buffer.alloc(0)

  add(chunk: Buffer): { readonly opcode: number; readonly payload: Buffer }[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const frames: { opcode: number; payload: Buffer }[] = []
    for (;;) {
      const [first = 0, second = 0] = this.#rest
      const short = second & 0x7f
      const extra = short === 126 ? 2 : short === 127 ? 8 : 0
      const head = 2 + extra + 4
      if (this.#rest.length < head) return frames
      const length = extra === 0 ? short : this.#rest.readUIntBE(extra === 8 ? 4 : 2, extra === 8 ? 6 : 2)
      if (this.#rest.length < head + length) return frames
      const mask = this.#rest.subarray(head - 4, head)
      const payload = Buffer.from(this.#rest.subarray(head, head + length))
      for (let index = 0; index < payload.length; index++)
        payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0)
      frames.push({ opcode: first & 0xf, payload })
      this.#rest = this.#rest.subarray(head + length)
    }
  }
}
