import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'

/** Stands for a value that is nobody's business. */
const redacted = '<redacted>'
/** Holds the whole object once more. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Writes what was applied of a service into `manifests/<service>.yaml` of a directory, for people to look at: private,
 * and without the values of Secrets.
 */
export function writeApplied(directory: string, service: string, objects: readonly KubernetesObject[]): void {
  const folder = join(directory, 'manifests')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${service}.yaml`)
  const documents = objects.map((object) =>
    // As the API server reads it: `yes` is a text only in quotes.
    stringify(withoutSecrets(object), { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 }),
  )
  writeFileSync(file, documents.join('---\n'), { mode: 0o600 })
  // The mode above is for a file that was not there.
  chmodSync(file, 0o600)
}

function withoutSecrets(object: KubernetesObject): KubernetesObject {
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
