import { isMapping } from './is-mapping.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

/** Stands for a value that is nobody's business. */
const redacted = '<redacted>'
/** Holds the whole object once more. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** An object as people may see it: of a Secret, which keys it has, and none of its values. */
export function withoutSecrets(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Secret') return object
  const { annotations } = object.metadata
  return {
    ...object,
    ...(annotations?.[lastApplied] === undefined
      ? {}
      : { metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: redacted } } }),
    ...('data' in object ? { data: withoutValues(object.data) } : {}),
    ...('stringData' in object ? { stringData: withoutValues(object.stringData) } : {}),
  }
}

/** A mapping keeps its keys: which of them are there is often the question. */
function withoutValues(data: unknown): unknown {
  if (!isMapping(data)) return data === null ? null : redacted
  return Object.fromEntries(Object.keys(data).map((key) => [key, redacted]))
}
