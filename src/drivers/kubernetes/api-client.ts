import type { Duplex } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node'
import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ExecOutcome } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { type ApiResource, ApiResources } from './api-resources.ts'
import type {
  ContainerKey,
  KubernetesClient,
  LogRange,
  LogStream,
  ObjectKey,
  ObjectKind,
  ObjectList,
  ObjectQuery,
  PodKey,
  WatchEvent,
} from './kubernetes-client.ts'
import { isNotFound, KubernetesError } from './kubernetes-error.ts'
import { connectToPod } from './pod-connection.ts'
import { execInPod } from './pod-exec.ts'
import { type ApiRequest, ApiTransport } from './transport.ts'

/** Who Kindling is when Kubernetes asks whose a field is. */
const fieldManager = 'kindling'
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'
/** How long the server keeps a watch that nobody ends; a new one is begun then. */
const watchSeconds = 300

/** A cluster's API server, through HTTP. */
export class ApiClient implements KubernetesClient {
  readonly #config: KubeConfig
  readonly #transport: ApiTransport
  readonly #resources: ApiResources

  constructor(config: KubeConfig) {
    this.#config = config
    this.#transport = new ApiTransport(config)
    this.#resources = new ApiResources(async (path) =>
      JSON.parse(await this.#transport.send({ method: 'GET', path, action: 'ask for the kinds' }, {})),
    )
  }

  async apply(object: KubernetesObject, options: CallOptions): Promise<KubernetesObject> {
    const action = `apply ${describeObject(object)}`
    const { name, namespace, ...metadata } = object.metadata
    const resource = await this.#resources.find(object, action)
    const place = `${placeOf(resource, namespace ?? 'default')}/${encodeURIComponent(name)}`
    // Of a kind that is in no namespace, the server takes none.
    const placed = resource.isNamespaced && namespace !== undefined ? { name, namespace } : { name }
    const text = await this.#transport.send(
      {
        method: 'PATCH',
        path: `${place}?fieldManager=${fieldManager}&force=true`,
        action,
        // JSON is YAML, and this is the name of the patch that all servers know.
        body: {
          type: 'application/apply-patch+yaml',
          text: JSON.stringify({ ...object, metadata: { ...metadata, ...placed } }),
        },
      },
      options,
    )
    return JSON.parse(text)
  }

  async get(key: ObjectKey, options: CallOptions): Promise<KubernetesObject | undefined> {
    const path = await this.#pathOf('get', key)
    const request = { method: 'GET', path, action: `get ${key.kind} ${key.name}` } as const
    return unlessMissing(async () => JSON.parse(await this.#transport.send(request, options)))
  }

  async list(query: ObjectQuery, options: CallOptions): Promise<ObjectList> {
    const { apiVersion, kind } = query
    const text = await this.#transport.send(
      {
        method: 'GET',
        path: await this.#collectionOf(query, {}),
        action: `list ${kind}`,
        ...(query.isMetadataOnly === true ? { accept: metadataOnly } : {}),
      },
      options,
    )
    const { items, metadata } = JSON.parse(text) as {
      readonly items?: readonly KubernetesObject[] | null
      readonly metadata: { readonly resourceVersion: string }
    }
    // In a list, the server leaves out what all items have in common.
    return {
      items: (items ?? []).map((item) => ({ ...item, apiVersion, kind })),
      resourceVersion: metadata.resourceVersion,
    }
  }

  async *watch(query: ObjectQuery, resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const path = await this.#collectionOf(query, {
      watch: 'true',
      resourceVersion,
      allowWatchBookmarks: 'true',
      timeoutSeconds: `${watchSeconds}`,
    })
    const action = `watch ${query.kind}`
    for await (const line of this.#transport.lines({ method: 'GET', path, action }, signal)) {
      const { type, object } = JSON.parse(line)
      if (type === 'ERROR') {
        const { code: status, reason, message: serverMessage } = object
        throw new KubernetesError({ action, status, reason, serverMessage })
      }
      yield { type, object }
    }
  }

  async delete(key: ObjectKey, options: CallOptions): Promise<boolean> {
    const path = `${await this.#pathOf('delete', key)}?propagationPolicy=Background`
    const request = { method: 'DELETE', path, action: `delete ${key.kind} ${key.name}` } as const
    return (await unlessMissing(() => this.#transport.send(request, options))) !== undefined
  }

  exec(container: ContainerKey, command: readonly string[], options: CallOptions): Promise<ExecOutcome> {
    return execInPod(this.#config, container, command, options)
  }

  connect(pod: PodKey, port: number): Promise<Duplex> {
    return connectToPod(this.#config, pod, port)
  }

  logs(container: ContainerKey, which: LogRange, options: CallOptions): Promise<string> {
    return this.#transport.send(logRequest(container, rangeOf(which)), options)
  }

  logLines(container: ContainerKey, which: LogStream, signal: AbortSignal): AsyncIterable<string> {
    const { lines, since, isPrevious = false, isFollowing = false } = which
    const parameters = {
      ...{ timestamps: 'true', previous: `${isPrevious}`, follow: `${isFollowing}` },
      ...(lines === undefined ? {} : { tailLines: `${lines}` }),
      ...(since === undefined ? {} : { sinceTime: since }),
    }
    return this.#transport.lines(logRequest(container, parameters), signal)
  }

  async kinds(): Promise<readonly ObjectKind[]> {
    const all = await this.#resources.all()
    return all.filter(({ verbs }) => verbs.includes('list') && verbs.includes('delete'))
  }

  async #pathOf(action: string, { name, namespace, ...kind }: ObjectKey): Promise<string> {
    const resource = await this.#resources.find(
      kind,
      `${action} ${kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
    )
    return `${placeOf(resource, namespace ?? 'default')}/${encodeURIComponent(name)}`
  }

  async #collectionOf(query: ObjectQuery, parameters: Readonly<Record<string, string>>): Promise<string> {
    const resource = await this.#resources.find(query, `list ${query.kind}`)
    const all = new URLSearchParams(parameters)
    if (query.labels !== undefined) all.set('labelSelector', selectorOf(query.labels))
    if (query.fields !== undefined) all.set('fieldSelector', selectorOf(query.fields))
    return `${placeOf(resource, query.namespace)}?${all}`
  }
}

function placeOf({ root, plural, isNamespaced }: ApiResource, namespace: string | undefined): string {
  if (!isNamespaced || namespace === undefined) return `${root}/${plural}`
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
}

function logRequest(
  { namespace, pod, container }: ContainerKey,
  parameters: Readonly<Record<string, string>>,
): ApiRequest {
  const query = new URLSearchParams({ container, ...parameters })
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`
  // The server refuses a log in JSON.
  return { method: 'GET', path, action: `logs of ${pod}/${container}`, accept: '*/*' }
}

function rangeOf(which: LogRange): Readonly<Record<string, string>> {
  if ('lines' in which) return { tailLines: `${which.lines}`, previous: `${which.isPrevious}` }
  return { timestamps: 'true', ...(which.since === undefined ? {} : { sinceTime: which.since }) }
}

function selectorOf(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
