import type { Duplex } from 'node:stream'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ExecOutcome } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import type { Labels } from '../labels.ts'

export interface ObjectKind {
  readonly apiVersion: string
  readonly kind: string
}

export interface ObjectKey extends ObjectKind {
  readonly name: string
  /** Of a namespaced kind, `default` when absent. */
  readonly namespace?: string
}

/** Which objects of a kind are meant; in all namespaces unless one is named. */
export interface ObjectQuery extends ObjectKind {
  readonly namespace?: string
  readonly labels?: Labels
  readonly fields?: Readonly<Record<string, string>>
  /** Leaves out everything but `metadata`. */
  readonly isMetadataOnly?: boolean
}

export interface ObjectList {
  readonly items: readonly KubernetesObject[]
  /** Where a watch goes on from. */
  readonly resourceVersion: string
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: KubernetesObject
}

export interface PodKey {
  readonly namespace: string
  readonly pod: string
}

export interface ContainerKey extends PodKey {
  readonly container: string
}

/** The last lines of a log, of this run or the one before; or all since a time, each with its own before it. */
export type LogRange =
  | { readonly lines: number; readonly isPrevious: boolean }
  | { readonly since: string | undefined }

/** The lines of a log, each with its time before it: the last ones of one run, and those to come where it goes on. */
export interface LogStream {
  readonly lines?: number
  readonly since?: string
  readonly isPrevious?: boolean
  readonly isFollowing?: boolean
}

/** What Kindling needs of a Kubernetes cluster. All calls reject with `KubernetesError`, or the signal's reason. */
export interface KubernetesClient {
  /** Server-side apply, as Kindling and by force; resolves with the object as it then is. */
  apply(object: KubernetesObject, options: CallOptions): Promise<KubernetesObject>
  get(key: ObjectKey, options: CallOptions): Promise<KubernetesObject | undefined>
  list(query: ObjectQuery, options: CallOptions): Promise<ObjectList>
  /** What happens to these objects from now on; ends when the server ends it or the signal is aborted. */
  watch(query: ObjectQuery, resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent>
  /** Its dependants go too, in the background; false when it was not there. */
  delete(key: ObjectKey, options: CallOptions): Promise<boolean>
  /** Exit code 124 when it does not end in time. */
  exec(container: ContainerKey, command: readonly string[], options: CallOptions): Promise<ExecOutcome>
  /** A connection to a port of a pod. */
  connect(pod: PodKey, port: number): Promise<Duplex>
  logs(container: ContainerKey, which: LogRange, options: CallOptions): Promise<string>
  /** Ends when the log does, or quietly when the signal is aborted. */
  logLines(container: ContainerKey, which: LogStream, signal: AbortSignal): AsyncIterable<string>
  /** Every kind that can be listed and deleted, one version of each. */
  kinds(options: CallOptions): Promise<readonly ObjectKind[]>
}

export function keyOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): ObjectKey {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

/** One text per object of a cluster, whatever version of its kind it is seen in. */
export function identityOf({ apiVersion, kind, name, namespace = '' }: ObjectKey): string {
  return [groupOf(apiVersion), kind, namespace, name].join('/')
}

/** The identities that a manifest's object may have in a cluster: in its namespace, or, of some kinds, in none. */
export function identitiesOf({
  apiVersion,
  kind,
  name,
  namespace = 'default',
}: ObjectKey): readonly string[] {
  return [identityOf({ apiVersion, kind, name, namespace }), identityOf({ apiVersion, kind, name })]
}

/** The API group of an `apiVersion`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}
