import { stringify } from 'yaml'
import { inParallel } from '../../util/in-parallel.ts'
import { isMapping } from '../../util/is-mapping.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { mapTexts } from '../../util/map-texts.ts'
import { withoutSecrets } from '../../util/without-secrets.ts'
import { type EvidenceFolder, type EvidenceOptions, type EvidenceSource, reasonOf } from '../evidence.ts'
import { labels } from '../labels.ts'
import type { Connect } from './container-logs.ts'
import type { KubernetesClient, ObjectKind } from './kubernetes-client.ts'
import { isNotFound, KubernetesError } from './kubernetes-error.ts'
import { isSystemNamespace } from './system-namespaces.ts'

/** What is told elsewhere, or of no use after the fact. */
const leftOut = ['Event', 'Lease', 'EndpointSlice', 'ControllerRevision']
/** Of the cluster's own, only these are shown. */
const clusterKinds = ['Node', 'Namespace', 'PersistentVolume', 'StorageClass']
/** Lists at a time: the server may be the one who is in trouble. */
const atOnce = 6

/** The objects in the namespaces of an environment, and what is its own outside of namespaces, without secrets. */
export function objectEvidence(connect: Connect): EvidenceSource {
  return {
    title: 'objects',
    collect: async (folder, options) => {
      const client = await connect()
      if (client === undefined) return
      const kinds = (await client.kinds(options)).filter(({ kind }) => !leftOut.includes(kind))
      const problems = new Set<string>()
      await inParallel(atOnce, kinds, async (kind) => {
        try {
          await writeKind(client, kind, folder, options)
        } catch (error) {
          problems.add(reasonOf(error))
        }
      })
      if (problems.size > 0) throw new Error([...problems].join('\n'))
    },
  }
}

async function writeKind(
  client: KubernetesClient,
  { apiVersion, kind }: ObjectKind,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  const byNamespace = new Map<string, KubernetesObject[]>()
  for (const object of await listed(client, { apiVersion, kind }, options)) {
    if (!isShown(object)) continue
    const { namespace = 'cluster' } = object.metadata
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), object])
  }
  for (const [namespace, objects] of byNamespace) {
    const documents = objects.map((object) =>
      stringify(
        shown(object, (text) => folder.redact(text)),
        {
          aliasDuplicateObjects: false,
          lineWidth: 0,
        },
      ),
    )
    folder.write(`objects/${namespace}/${kind}.yaml`, documents.join('---\n'), {
      keeps: 'start',
      isRedacted: true,
    })
  }
}

async function listed(
  client: KubernetesClient,
  kind: ObjectKind,
  options: EvidenceOptions,
): Promise<readonly KubernetesObject[]> {
  try {
    return (await client.list(kind, options)).items
  } catch (error) {
    // Its CRD has just gone, or it can be listed only within something else.
    if (isNotFound(error) || (error instanceof KubernetesError && error.status === 405)) return []
    throw error
  }
}

function isShown({ kind, metadata }: KubernetesObject): boolean {
  const { namespace } = metadata
  if (namespace !== undefined) return !isSystemNamespace(namespace)
  return clusterKinds.includes(kind) || metadata.labels?.[labels.environment] !== undefined
}

/** Without what only the server needs; values of variables and settings may be secrets, names are none. */
function shown(object: KubernetesObject, redact: (text: string) => string): KubernetesObject {
  const { managedFields, ...metadata } = object.metadata
  const safe = withoutSecrets({ ...object, metadata } as KubernetesObject)
  const redacted = withoutValues(safe, redact) as KubernetesObject
  return redacted.kind === 'ConfigMap' ? { ...redacted, data: mapTexts(redacted.data, redact) } : redacted
}

const valueKeys = ['env', 'command', 'args', 'annotations']

function withoutValues(value: unknown, redact: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutValues(item, redact))
  if (!isMapping(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      valueKeys.includes(key) ? mapTexts(item, redact) : withoutValues(item, redact),
    ]),
  )
}
