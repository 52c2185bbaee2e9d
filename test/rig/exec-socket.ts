import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** How a command in a container of the fake ends; `undefined` when it never does. */
export interface ExecScript {
  readonly exitCode: number
  readonly stdout?: string
  readonly stderr?: string
  /** Instead of an exit code: what the runtime says when it could not start the command. */
  readonly notStarted?: string
}

/** Answers a request to exec as the API server does: a web socket whose frames begin with the number of a stream. */
export function answerExec(request: IncomingMessage, socket: Duplex, script: ExecScript | undefined): void {
  acceptSocket(request, socket)
  if (script === undefined) return
  const { exitCode, stdout = '', stderr = '', notStarted } = script
  if (stdout !== '') socket.write(frame(1, stdout))
  if (stderr !== '') socket.write(frame(2, stderr))
  const failure =
    notStarted === undefined
      ? { reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: `${exitCode}` }] } }
      : { reason: 'InternalError', message: notStarted }
  const status = exitCode === 0 ? { status: 'Success' } : { status: 'Failure', ...failure }
  socket.write(frame(3, JSON.stringify(status)))
}

/** Makes a web socket of a request for one. */
export function acceptSocket(request: IncomingMessage, socket: Duplex): void {
  const key = request.headers['sec-websocket-key'] ?? ''
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      'Sec-WebSocket-Protocol: v4.channel.k8s.io',
      '\r\n',
    ].join('\r\n'),
  )
  socket.on('error', () => {})
}

/** A message that begins with the number of a stream. */
export function frame(stream: number, content: string | Buffer): Buffer {
  const payload = Buffer.concat([Buffer.of(stream), Buffer.from(content)])
  if (payload.length < 126) return Buffer.concat([Buffer.of(0x82, payload.length), payload])
  const head = Buffer.alloc(payload.length < 0x10000 ? 4 : 10)
  head[0] = 0x82
  head[1] = head.length === 4 ? 126 : 127
  head.writeUIntBE(payload.length, head.length === 4 ? 2 : 4, head.length === 4 ? 2 : 6)
  return Buffer.concat([head, payload])
}
