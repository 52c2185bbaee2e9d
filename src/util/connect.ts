import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { connect } from 'node:net'

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** How the certificate of a server is looked at: against these (PEM) or the well-known ones, or not at all. */
export interface TlsChecks {
  readonly ca?: string
  /** As the probes of Kubernetes do. */
  readonly isInsecure?: boolean
}

export interface LocalRequest {
  /** Default GET. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The name the server is asked by, in the header and in TLS; default its address. */
  readonly host?: string
  /** Present for https. */
  readonly tls?: TlsChecks
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** How many characters of the body are kept; default 4,096, to be quoted when it was not the one expected. */
  readonly bodyLimit?: number
}

const defaultBodyLimit = 4_096

/** Nothing came over a connection for as long as was given to it. */
export class NoAnswerError extends Error {}

/**
 * One request to 127.0.0.1 (C9: never `localhost`, which may mean ::1). Rejects with the connection's error, or with
 * `NoAnswerError`.
 */
export function requestLocal(port: number, path: string, options: LocalRequest): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, host, tls, timeoutMs, signal } = options
  const { bodyLimit = defaultBodyLimit } = options
  return new Promise((resolve, reject) => {
    const open = tls === undefined ? plainRequest : tlsRequest
    const request = open(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { ...(host === undefined ? {} : { host }), ...headers },
        agent: false,
        timeout: timeoutMs,
        ...(host === undefined ? {} : { servername: host }),
        ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
        rejectUnauthorized: tls?.isInsecure !== true,
        ...(signal === undefined ? {} : { signal }),
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
    request.on('timeout', () => request.destroy(new NoAnswerError(`no answer within ${timeoutMs} ms`)))
    request.on('error', reject)
    request.end()
  })
}

/** A forwarding proxy accepts every connection and drops it when nobody listens behind: a moment tells them apart. */
const settleMs = 50

/** Resolves when a server on 127.0.0.1 accepts a connection and keeps it. */
export function connectLocal(port: number, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    const finish = (error?: Error) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.destroy()
      if (error === undefined) resolve()
      else reject(error)
    }
    let timer = setTimeout(() => finish(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs)
    // The socket's own way to take a signal listens to it for ever: too often, in one wait.
    const onAbort = () => finish(new Error('the connection was given up', { cause: signal?.reason }))
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.on('error', finish)
    socket.on('connect', () => {
      clearTimeout(timer)
      timer = setTimeout(finish, settleMs)
    })
    socket.on('end', () => finish(new Error('the connection was closed at once')))
    socket.resume()
  })
}
