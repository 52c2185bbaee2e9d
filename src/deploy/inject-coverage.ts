import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { giveVariables, literal } from './inject-variables.ts'
import { containersOf, podSpecOf } from './pod-specs.ts'

/** Where containers that measure themselves write; a volume of their pod. */
export const coverageDirectory = '/kindling-coverage'

/** Name of that volume. */
export const coverageVolumeName = 'kindling-coverage'

/** The name of the variable that tells pods apart which share a volume. */
const podVariable = 'KINDLING_POD_UID'

/** What pods write to. */
export interface CoverageVolume {
  /** As in `volumes` of a pod. */
  readonly source: Readonly<Record<string, unknown>>
  /** Whether all pods write to the same, each below a directory of its own, which bears its uid. */
  readonly isShared: boolean
}

/** How the programs of an image are told to measure themselves. */
export interface MeasuredImage {
  /** Of the configuration; its directory in the volume. */
  readonly name: string
  readonly variables: Readonly<Record<string, string>>
}

/**
 * A copy of an object in which the containers of images that are measured have the variables and the volume they need:
 * each writes to `IMAGE/CONTAINER` of the volume. `measured` is asked with the image as it stands in the manifest.
 * Objects without such containers are returned as they are.
 */
export function injectCoverage(
  object: KubernetesObject,
  measured: (image: string) => MeasuredImage | undefined,
  volume: CoverageVolume,
): KubernetesObject {
  const imageOf = ({ image }: Record<string, unknown>) =>
    typeof image === 'string' ? measured(image) : undefined
  if (!containersOf(object).some((container) => imageOf(container) !== undefined)) return object
  const copy = structuredClone(object)
  for (const container of containersOf(copy)) {
    const image = imageOf(container)
    if (image === undefined) continue
    const variables = Object.entries(image.variables).map(([name, value]) => [name, literal(value)] as const)
    giveVariables(container, Object.fromEntries(variables))
    append(container, 'volumeMounts', mountOf(`${image.name}/${container.name}`, volume))
    if (volume.isShared) {
      const fieldRef = { fieldPath: 'metadata.uid' }
      // Kubernetes expands a path only with variables of the container itself.
      append(container, 'env', { name: podVariable, valueFrom: { fieldRef } })
    }
  }
  append(podSpecOf(copy) ?? {}, 'volumes', { name: coverageVolumeName, ...volume.source })
  return copy
}

function mountOf(path: string, { isShared }: CoverageVolume): Record<string, unknown> {
  const subPath = isShared ? { subPathExpr: `$(${podVariable})/${path}` } : { subPath: path }
  return { name: coverageVolumeName, mountPath: coverageDirectory, ...subPath }
}

/** Adds an entry to a list of named entries, in the place of one of the same name. */
function append(owner: Record<string, unknown>, field: string, entry: Record<string, unknown>): void {
  const own: unknown[] = Array.isArray(owner[field]) ? owner[field] : []
  const isOther = (each: unknown) => !isMapping(each) || each.name !== entry.name
  owner[field] = [...own.filter(isOther), entry]
}
