import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { createInterface } from 'node:readline'
import type { KubeConfig } from '@kubernetes/client-node'
import type { CallOptions } from '../container-engine.ts'
import { KubernetesError } from './kubernetes-error.ts'

/** A server that has not answered by then is not going to. */
const defaultTimeoutMs = 30_000
/** Connections at a time, but for watches: an API server answers so many side by side without queueing. */
const connections = 24

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'DELETE'
  /** From the server's root, with the query. */
  readonly path: string
  /** For messages: what the request is for. */
  readonly action: string
  readonly accept?: string
  readonly body?: { readonly type: string; readonly text: string }
}

interface Connection {
  readonly server: URL
  readonly agent: PlainAgent | undefined
  readonly streams: PlainAgent | undefined
}

/**
 * Requests to an API server with the credentials of a kubeconfig. The client library's own request classes pass
 * objects through its generated models and drop what those do not know; manifests are to arrive as they are.
 */
export class ApiTransport {
  readonly #config: KubeConfig
  #connection: Promise<Connection> | undefined

  constructor(config: KubeConfig) {
    this.#config = config
  }

  /** The body of the answer; rejects with what the server says when it refuses. */
  async send(request: ApiRequest, options: CallOptions): Promise<string> {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
    try {
      const response = await this.#open(request, signal, false)
      return await bodyOf(response, request)
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason
      throw asKubernetesError(error, request, timeout.aborted)
    }
  }

  /** The lines of an answer that goes on, until the server ends it or the signal is aborted. */
  async *lines(request: ApiRequest, signal: AbortSignal): AsyncGenerator<string> {
    let response: IncomingMessage | undefined
    try {
      response = await this.#open(request, signal, true)
      if (response.statusCode !== 200) await bodyOf(response, request)
      yield* createInterface({ input: response })
    } catch (error) {
      if (signal.aborted) return
      throw asKubernetesError(error, request, false)
    } finally {
      // Whoever has read enough leaves; an answer that nobody reads would go on, and its end be nobody's to handle.
      response?.destroy()
    }
  }

  async #open(request: ApiRequest, signal: AbortSignal, isStream: boolean): Promise<IncomingMessage> {
    signal.throwIfAborted()
    // Each time anew, since a credential may be a token that expires.
    const credentials: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {}
    await this.#config.applyToHTTPSOptions(credentials)
    this.#connection ??= this.#connect(credentials)
    const { server, agent, streams } = await this.#connection
    const { method, path, accept = 'application/json', body } = request
    return new Promise((resolve, reject) => {
      const open = server.protocol === 'https:' ? tlsRequest : plainRequest
      const outgoing = open(
        {
          method,
          host: server.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: server.port || (server.protocol === 'https:' ? 443 : 80),
          path: server.pathname.replace(/\/$/, '') + path,
          headers: {
            ...credentials.headers,
            accept,
            ...(body === undefined
              ? {}
              : { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
          },
          ...('auth' in credentials && typeof credentials.auth === 'string'
            ? { auth: credentials.auth }
            : {}),
          agent: isStream ? streams : agent,
          signal,
        },
        resolve,
      )
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server may close an idle connection in the moment in which it is used again.
        if (!outgoing.reusedSocket || error.code !== 'ECONNRESET') reject(error)
        else resolve(this.#open(request, signal, isStream))
      })
      outgoing.end(body?.text)
    })
  }

  async #connect(credentials: Parameters<KubeConfig['applyToHTTPSOptions']>[0]): Promise<Connection> {
    const cluster = this.#config.getCurrentCluster()
    const server = new URL(cluster?.server ?? '')
    if (cluster?.proxyUrl !== undefined) {
      const agent = credentials.agent as PlainAgent
      return { server, agent, streams: agent }
    }
    if (server.protocol === 'http:') {
      return {
        server,
        agent: new PlainAgent({ keepAlive: true, maxSockets: connections }),
        streams: undefined,
      }
    }
    const { ca, cert, key, rejectUnauthorized } = credentials
    const tls = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(cluster?.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
    }
    return {
      server,
      agent: new TlsAgent({ ...tls, keepAlive: true, maxSockets: connections }),
      streams: new TlsAgent(tls),
    }
  }
}

async function bodyOf(response: IncomingMessage, { action }: ApiRequest): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return text
  const answer = statusOf(text)
  throw new KubernetesError({
    action,
    status,
    reason: answer.reason ?? response.statusMessage ?? 'Unknown',
    serverMessage: answer.message ?? (text.trim() || `the server answered ${status}`),
  })
}

/** The fields of a `Status`, which is how the server words a refusal. */
function statusOf(text: string): { readonly reason?: string; readonly message?: string } {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function asKubernetesError(error: unknown, { action }: ApiRequest, isTimeout: boolean): KubernetesError {
  if (error instanceof KubernetesError) return error
  const cause = error instanceof Error ? error : new Error(String(error))
  return new KubernetesError({
    action,
    reason: isTimeout ? 'Timeout' : 'Unreachable',
    serverMessage: isTimeout ? 'the API server does not answer' : cause.message || 'no connection',
    cause,
  })
}
