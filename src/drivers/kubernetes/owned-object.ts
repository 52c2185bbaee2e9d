import { createHash } from 'node:crypto'
import { isMapping } from '../../util/is-mapping.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { type Labels, labels } from '../labels.ts'

/** Whose an object is. What several services share, a namespace, is the environment's alone. */
export interface Owner {
  readonly environment: string
  readonly service?: string
}

/** The longest value of a label that Kubernetes takes. */
const longestLabelValue = 63
/** Raised when the same object is applied differently, so that no object of an older Kindling is kept as it is. */
const hashVersion = 1

/** A text as the value of a label: itself where that is allowed, otherwise its beginning and a hash of all of it. */
export function labelValue(text: string): string {
  if (text.length <= longestLabelValue && /^[a-z0-9](?:[\w.-]*[a-z0-9])?$/i.test(text)) return text
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  const start = text
    .slice(0, longestLabelValue - hash.length - 1)
    .replace(/[^\w.-]/g, '-')
    .replace(/^[^a-z0-9]+/i, '')
  return start === '' ? hash : `${start}-${hash}`
}

/** The labels of what is ours; they also select it. */
export function ownerLabels({ environment, service }: Owner): Labels {
  return {
    [labels.environment]: labelValue(environment),
    ...(service === undefined ? {} : { [labels.service]: labelValue(service) }),
  }
}

/**
 * A copy of an object as it is to be applied: with the owner's labels, also on the pods it makes, so that these can be
 * watched, and with a hash of all that; without what only the server may say.
 */
export function ownedObject(object: KubernetesObject, owner: Owner): KubernetesObject {
  const { status: _, ...wanted } = structuredClone(object)
  const { managedFields, resourceVersion, uid, creationTimestamp, generation, ...metadata } = wanted.metadata
  const own = ownerLabels(owner)
  const labelled: KubernetesObject = {
    ...withPlainData(wanted as KubernetesObject),
    metadata: { ...metadata, labels: { ...metadata.labels, ...own } },
  }
  for (const template of templatesOf(labelled)) addLabels(template, own)
  for (const port of portsOf(labelled)) port.protocol ??= 'TCP'
  const hash = createHash('sha256')
    .update(JSON.stringify([hashVersion, labelled]))
    .digest('hex')
    .slice(0, 24)
  return {
    ...labelled,
    metadata: { ...labelled.metadata, annotations: { ...metadata.annotations, [labels.hash]: hash } },
  }
}

/** The hash an object was applied with; absent on what others made, such as a Deployment's ReplicaSets. */
export function hashOf({ metadata }: KubernetesObject): string | undefined {
  return Array.isArray(metadata.ownerReferences) ? undefined : metadata.annotations?.[labels.hash]
}

/** The server turns `stringData` into `data` that then is nobody's, and would stay when its key goes. */
function withPlainData(object: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = object
  if (object.kind !== 'Secret' || !isMapping(stringData)) return object
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ])
  return {
    ...(rest as KubernetesObject),
    data: { ...(isMapping(object.data) ? object.data : {}), ...Object.fromEntries(encoded) },
  }
}

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job']

function templatesOf({ kind, spec }: KubernetesObject): Record<string, unknown>[] {
  const holder =
    kind === 'CronJob' && isMapping(spec) && isMapping(spec.jobTemplate) ? spec.jobTemplate.spec : spec
  if (!workloadKinds.includes(kind) && kind !== 'CronJob') return []
  return isMapping(holder) && isMapping(holder.template) ? [holder.template] : []
}

/**
 * Ports are told apart by number and protocol; a server that does not know its own default for the latter when it
 * applies them (Kubernetes 1.20) refuses those that leave it out.
 */
function portsOf(object: KubernetesObject): Record<string, unknown>[] {
  if (object.kind === 'Service') return mappings(isMapping(object.spec) ? object.spec.ports : undefined)
  const specs = object.kind === 'Pod' ? [object.spec] : templatesOf(object).map(({ spec }) => spec)
  return specs
    .filter(isMapping)
    .flatMap(({ containers, initContainers }) => [...mappings(containers), ...mappings(initContainers)])
    .flatMap(({ ports }) => mappings(ports))
}

function mappings(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isMapping) : []
}

function addLabels(template: Record<string, unknown>, own: Labels): void {
  const metadata = isMapping(template.metadata) ? template.metadata : {}
  const others = isMapping(metadata.labels) ? metadata.labels : {}
  template.metadata = { ...metadata, labels: { ...others, ...own } }
}
