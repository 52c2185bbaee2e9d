import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { KubernetesObject } from '../../src/util/kubernetes-object.ts'
import { answerExec, type ExecScript } from './exec-socket.ts'
import { type FakeKind, FakeStore, type StoredEvent } from './fake-kubernetes-store.ts'
import { answerForward } from './forward-socket.ts'

/** What the server says instead of doing what it is asked for. */
export interface Refusal {
  /** Matches `PATCH /apis/apps/v1/namespaces/default/deployments/web`. */
  readonly when: RegExp
  readonly status: number
  readonly reason?: string
  readonly message: string
  /** How often, before it does as it is asked; default always. */
  readonly times?: number
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface Watched {
  readonly kind: FakeKind
  readonly query: URLSearchParams
  readonly namespace: string | undefined
}

/** An answer that goes on. */
class Watching {
  readonly what: Watched

  constructor(what: Watched) {
    this.what = what
  }
}

interface Watcher extends Watched {
  readonly response: ServerResponse
}

/**
 * A Kubernetes API server over real HTTP, with objects in memory and nobody who acts on them: what controllers and
 * kubelets would do, tests do with `put`. It stops with the running test.
 */
export class FakeKubernetes {
  readonly store: FakeStore = new FakeStore()
  /** What was asked, without queries: `GET /api/v1/pods`. */
  readonly requests: string[] = []
  readonly refusals: Refusal[] = []
  /** By `pod/container`, and `pod/container previous`. */
  readonly logs = new Map<string, string>()
  exec: (command: readonly string[]) => ExecScript | undefined = () => ({ exitCode: 0 })
  /** The port of this host that a port of a pod is, `pod:port`. */
  readonly podPorts = new Map<string, number>()
  /** A deleted object of these kinds is still there for so many looks. */
  readonly lingering = new Map<string, number>()
  readonly #refused = new Map<Refusal, number>()
  readonly #watchers = new Set<Watcher>()
  /** Of commands in containers, which the server no longer counts as its own. */
  readonly #sockets = new Set<Duplex>()
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.store.onEvent = (event) => this.#tell(event)
    server.on('request', (request, response) => this.#answer(request, response))
    server.on('upgrade', (request, socket) => this.#upgrade(request, socket))
  }

  static async start(): Promise<FakeKubernetes> {
    const server = createServer()
    const fake = new FakeKubernetes(server)
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      for (const socket of fake.#sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    })
    return fake
  }

  get kubeconfig(): string {
    const { port } = this.#server.address() as AddressInfo
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'fake', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'fake', user: { token: 'fake-token' } }],
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
      'current-context': 'fake',
    })
  }

  /** What a controller or a kubelet does. */
  put(object: KubernetesObject): KubernetesObject {
    return this.store.put(object)
  }

  get(apiVersion: string, kind: string, name: string, namespace?: string): KubernetesObject | undefined {
    const found = this.store.find(apiVersion, kind)
    return this.store.get(found, found.isNamespaced ? (namespace ?? 'default') : undefined, name)
  }

  remove(apiVersion: string, kind: string, name: string, namespace = 'default'): void {
    const found = this.store.find(apiVersion, kind)
    this.store.remove(found, found.isNamespaced ? namespace : undefined, name)
  }

  /** Everything that was changed, in order: `PATCH deployments/web`. */
  get changes(): string[] {
    return this.requests
      .filter((line) => !line.startsWith('GET'))
      .map((line) => line.replace(/ .*\/([^/]+\/[^/]+)$/, ' $1'))
  }

  get watchers(): number {
    return this.#watchers.size
  }

  /** Ends all watches, as a server does now and then; `isForgetful`: it no longer knows what happened before now. */
  dropWatches({ isForgetful }: { readonly isForgetful: boolean }): void {
    for (const { response } of this.#watchers) {
      const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
      if (isForgetful) response.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
      response.end()
    }
    this.#watchers.clear()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://fake')
    const line = `${request.method} ${url.pathname}`
    this.requests.push(line)
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const { status, body } = this.#answerTo(request, url, text)
      if (body instanceof Watching) return this.#watch({ ...body.what, response })
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  }

  #answerTo(request: IncomingMessage, url: URL, text: string): Answer {
    const line = `${request.method} ${url.pathname}`
    if (request.headers.authorization !== 'Bearer fake-token') return refused(401, 'Unauthorized', line)
    const refusal = this.#refusalOf(line)
    if (refusal !== undefined) return refused(refusal.status, refusal.reason ?? 'Refused', refusal.message)
    return this.#serve(request, url, text)
  }

  #refusalOf(line: string): Refusal | undefined {
    const refusal = this.refusals.find(
      (each) =>
        each.when.test(line) && (this.#refused.get(each) ?? 0) < (each.times ?? Number.POSITIVE_INFINITY),
    )
    if (refusal !== undefined) this.#refused.set(refusal, (this.#refused.get(refusal) ?? 0) + 1)
    return refusal
  }

  #serve({ method, headers }: IncomingMessage, url: URL, text: string): Answer {
    const { pathname, searchParams: query } = url
    const log = /\/pods\/([^/]+)\/log$/.exec(pathname)
    if (log !== null) {
      const key = `${log[1]}/${query.get('container')}${query.get('previous') === 'true' ? ' previous' : ''}`
      const lines = this.logs.get(key)
      if (lines === undefined) return refused(400, 'BadRequest', 'it has no log')
      return { status: 200, body: lines }
    }
    const found = this.#discovery(pathname)
    if (found !== undefined) return { status: 200, body: found }
    const target = this.#targetOf(pathname)
    if (target === undefined) return refused(404, 'NotFound', 'the server could not find the resource')
    const { kind, namespace, name } = target
    if (name === undefined) {
      if (query.get('watch') === 'true')
        return { status: 200, body: new Watching({ kind, namespace, query }) }
      const items = this.store.list(kind, namespace).filter((object) => isSelected(object, query))
      const isPartial = headers.accept?.includes('PartialObjectMetadataList') === true
      return {
        status: 200,
        body: {
          kind: `${kind.kind}List`,
          metadata: { resourceVersion: `${this.store.version}` },
          items: isPartial ? items.map(({ metadata }) => ({ metadata })) : items,
        },
      }
    }
    if (method === 'PATCH') return this.#apply(JSON.parse(text), url, headers['content-type'])
    const object = this.store.get(kind, namespace, name)
    if (object === undefined) return refused(404, 'NotFound', `${kind.plural} "${name}" not found`)
    if (method === 'DELETE') {
      if (!this.lingering.has(kind.kind)) this.store.remove(kind, namespace, name)
      else this.store.put(leaving(object))
      return { status: 200, body: { kind: 'Status', status: 'Success' } }
    }
    const looks = this.lingering.get(kind.kind) ?? 0
    if (object.metadata.deletionTimestamp !== undefined) {
      if (looks <= 1) this.store.remove(kind, namespace, name)
      this.lingering.set(kind.kind, looks - 1)
    }
    return { status: 200, body: object }
  }

  #apply(object: KubernetesObject, url: URL, type: string | undefined): Answer {
    const isApply =
      type === 'application/apply-patch+yaml' &&
      url.searchParams.get('fieldManager') === 'kindling' &&
      url.searchParams.get('force') === 'true'
    if (!isApply) return refused(415, 'UnsupportedMediaType', 'this is no apply')
    const namespace = /\/namespaces\/([^/]+)\/[^/]+\/[^/]+$/.exec(url.pathname)?.[1]
    const namespaces = this.store.find('v1', 'Namespace')
    if (namespace !== undefined && namespace !== 'default') {
      if (this.store.get(namespaces, undefined, namespace) === undefined)
        return refused(404, 'NotFound', `namespaces "${namespace}" not found`)
    }
    const applied = this.store.apply(object)
    return { status: applied.isNew ? 201 : 200, body: applied.object }
  }

  #discovery(path: string): unknown {
    if (path === '/apis') {
      const versions = new Set(
        this.store.kinds.map(({ apiVersion }) => apiVersion).filter((each) => each !== 'v1'),
      )
      return { groups: [...versions].map((groupVersion) => ({ preferredVersion: { groupVersion } })) }
    }
    const kinds = this.store.kinds.filter(({ root }) => root === path)
    if (kinds.length === 0) return undefined
    return {
      resources: kinds.flatMap(({ plural, kind, isNamespaced }) => [
        { name: plural, kind, namespaced: isNamespaced, verbs: ['get', 'list', 'watch', 'patch', 'delete'] },
        { name: `${plural}/status`, kind, namespaced: isNamespaced, verbs: ['get', 'patch'] },
      ]),
    }
  }

  #targetOf(
    path: string,
  ):
    | { readonly kind: FakeKind; readonly namespace: string | undefined; readonly name: string | undefined }
    | undefined {
    for (const kind of this.store.kinds) {
      if (!path.startsWith(`${kind.root}/`)) continue
      const match = /^(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(path.slice(kind.root.length + 1))
      if (match?.[2] === kind.plural) return { kind, namespace: match[1], name: match[3] }
    }
    return undefined
  }

  #watch(watcher: Watcher): void {
    const { response, query } = watcher
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const from = Number(query.get('resourceVersion'))
    for (const event of this.store.events.filter(({ version }) => version > from)) sendEvent(watcher, event)
    this.#watchers.add(watcher)
    response.on('close', () => this.#watchers.delete(watcher))
  }

  #tell(event: StoredEvent): void {
    for (const watcher of this.#watchers) sendEvent(watcher, event)
  }

  #upgrade(request: IncomingMessage, socket: Duplex): void {
    this.#sockets.add(socket)
    const url = new URL(request.url ?? '', 'http://fake')
    this.requests.push(`${request.method} ${url.pathname}`)
    const pod = url.pathname.replace(/\/(exec|portforward)$/, '')
    if (this.#targetOf(pod) === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      return
    }
    if (url.pathname.endsWith('/portforward')) {
      const name = pod.slice(pod.lastIndexOf('/') + 1)
      answerForward(request, socket, this.podPorts.get(`${name}:${url.searchParams.get('ports')}`))
      return
    }
    answerExec(request, socket, this.exec(url.searchParams.getAll('command')))
  }
}

function leaving(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, deletionTimestamp: '2030-01-01T00:00:00Z' } }
}

function sendEvent({ kind, namespace, query, response }: Watcher, event: StoredEvent): void {
  if (event.kind !== kind || !isSelected(event.object, query)) return
  if (namespace !== undefined && event.object.metadata.namespace !== namespace) return
  response.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`)
}

function isSelected(object: KubernetesObject, query: URLSearchParams): boolean {
  const labels = terms(query.get('labelSelector')).every(
    ([key, value]) => object.metadata.labels?.[key] === value,
  )
  return labels && terms(query.get('fieldSelector')).every(([key, value]) => fieldOf(object, key) === value)
}

function terms(selector: string | null): [string, string][] {
  return (selector ?? '')
    .split(',')
    .filter(Boolean)
    .map((term) => [term.slice(0, term.indexOf('=')), term.slice(term.indexOf('=') + 1)])
}

function fieldOf(object: KubernetesObject, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, field) => (at as Record<string, unknown> | undefined)?.[field], object)
}

function refused(status: number, reason: string, message: string): Answer {
  return { status, body: { kind: 'Status', status: 'Failure', code: status, reason, message } }
}
