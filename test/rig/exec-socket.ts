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

function frame(stream: number, text: string): Buffer {
  const payload = Buffer.concat([Buffer.from([stream]), Buffer.from(text)])
  const length =
    payload.length < 126
      ? Buffer.from([payload.length])
      : Buffer.from([126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([Buffer.from([0x82]), length, payload])
}
