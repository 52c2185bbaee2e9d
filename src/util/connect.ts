import { get as httpGet } from 'node:http'
import { get as httpsGet } from 'node:https'
import { connect } from 'node:net'

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** How much of a body is kept, to be quoted when it was not the one expected. */
const bodyLimit = 4_096

/**
 * One GET to 127.0.0.1 (C9: never `localhost`, which may mean ::1). Rejects with the connection's error; certificates
 * are not checked, as the kubelet does not either.
 */
export function requestLocal(
  port: number,
  path: string,
  options: {
    readonly isTls?: boolean
    readonly timeoutMs: number
    readonly signal?: AbortSignal | undefined
  },
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const get = options.isTls === true ? httpsGet : httpGet
    const request = get(
      {
        host: '127.0.0.1',
        port,
        path,
        agent: false,
        timeout: options.timeoutMs,
        rejectUnauthorized: false,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          if (body.length < bodyLimit) body += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: body.slice(0, bodyLimit) }),
        )
        response.on('error', reject)
      },
    )
    request.on('timeout', () => request.destroy(new Error(`no answer within ${options.timeoutMs} ms`)))
    request.on('error', reject)
  })
}

/** A forwarding proxy accepts every connection and drops it when nobody listens behind: a moment tells them apart. */
const settleMs = 50

/** Resolves when a server on 127.0.0.1 accepts a connection and keeps it. */
export function connectLocal(port: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    const finish = (error?: Error) => {
      clearTimeout(timer)
      socket.destroy()
      if (error === undefined) resolve()
      else reject(error)
    }
    let timer = setTimeout(() => finish(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs)
    socket.on('error', finish)
    socket.on('connect', () => {
      clearTimeout(timer)
      timer = setTimeout(finish, settleMs)
    })
    socket.on('end', () => finish(new Error('the connection was closed at once')))
    socket.resume()
  })
}
