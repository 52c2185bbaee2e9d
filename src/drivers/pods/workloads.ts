import { serviceLabel } from '../cluster.ts'
import type { ObjectReader, Path } from './problems.ts'
import { type PodSpec, podSchema, workloadSchema } from './schema.ts'

/** A pod that a workload asks for: one per replica. */
export interface WantedPod {
  readonly service: string
  /** Name of the pod as Kubernetes would give it where that is stable (`postgres-0`), otherwise of the workload. */
  readonly name: string
  /** Name of the workload, for messages: what is wrong with its template is so for every pod of it. */
  readonly workload: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly spec: PodSpec
  readonly reader: ObjectReader
  /** Where the pod's spec stands in the object. */
  readonly specPath: Path
  /** A Job's pod ends; with how many retries is for the Job to say. */
  readonly job?: { readonly backoffLimit: number }
  /** The governing Service of a StatefulSet, under which each pod has a name of its own. */
  readonly subdomain?: string
  /** Claims that a StatefulSet makes for each of its pods, by the name of the volume. */
  readonly claims: ReadonlyMap<string, string>
}

const defaultBackoffLimit = 6 // batch/v1 JobSpec

/** The pods an object asks for; none when it is no workload, or one with problems. */
export function podsOf(reader: ObjectReader): WantedPod[] {
  const { object, service } = reader
  const namespace = object.metadata.namespace ?? 'default'
  const { name } = object.metadata
  if (object.kind === 'Pod') {
    const pod = reader.read(podSchema)
    if (pod === undefined) return []
    const labels = { ...object.metadata.labels, [serviceLabel]: service }
    return [
      {
        service,
        name,
        workload: name,
        namespace,
        labels,
        spec: pod.spec,
        reader,
        specPath: ['spec'],
        claims: new Map(),
      },
    ]
  }
  const workload = reader.read(workloadSchema)
  if (workload === undefined) return []
  const { spec } = workload
  const base = {
    service,
    workload: name,
    namespace,
    labels: { ...spec.template.metadata?.labels, [serviceLabel]: service },
    spec: spec.template.spec,
    reader,
    specPath: ['spec', 'template', 'spec'] as const,
    claims: new Map<string, string>(),
  }
  switch (object.kind) {
    case 'Job': {
      if ((spec.completions ?? 1) > 1)
        reader.unsupported(['spec', 'completions'], 'a Job with several completions')
      return [{ ...base, name, job: { backoffLimit: spec.backoffLimit ?? defaultBackoffLimit } }]
    }
    case 'StatefulSet': {
      return range(spec.replicas ?? 1).map((ordinal) => {
        const podName = `${name}-${ordinal}`
        const claims = (spec.volumeClaimTemplates ?? []).map(
          ({ metadata }) => [metadata.name, `${metadata.name}-${podName}`] as const,
        )
        return {
          ...base,
          name: podName,
          claims: new Map(claims),
          ...(spec.serviceName === undefined ? {} : { subdomain: spec.serviceName }),
        }
      })
    }
    case 'DaemonSet':
      return [{ ...base, name }]
    default:
      return range(spec.replicas ?? 1).map((replica, _, all) => ({
        ...base,
        name: all.length === 1 ? name : `${name}-${replica}`,
      }))
  }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}
