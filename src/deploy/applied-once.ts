import { isDeepStrictEqual } from 'node:util'
import type { ManifestProblem } from '../drivers/cluster.ts'
import { describeObject, type KubernetesObject } from '../util/kubernetes-object.ts'
import { identityOf } from './manifest.ts'

/** Something that is applied on its own: a service, or a step of one. */
export interface ApplyUnit {
  readonly name: string
  /** The service that it is, or is a step of. */
  readonly service: string
  /** The service that this one is another instance of, or itself. */
  readonly original: string
  readonly objects: readonly KubernetesObject[]
}

export interface AppliedOnce {
  /** By unit, without what another one applies. */
  readonly objectsOf: ReadonlyMap<string, readonly KubernetesObject[]>
  /** By unit, those that apply what it would have applied as well, and so have to come before it. */
  readonly needsOf: ReadonlyMap<string, ReadonlySet<string>>
  readonly problems: readonly ManifestProblem[]
}

/** An object, and who is the first to apply it. */
interface First {
  readonly unit: ApplyUnit
  readonly object: KubernetesObject
}

/**
 * Leaves what belongs to no namespace and several instances of a service have alike to the first of them, and what the
 * environment has to that. `units` come in an order in which they can be applied, `environment` before all others, if
 * there is such a one. Objects that instances cannot share are problems.
 */
export function applyOnce(
  units: readonly ApplyUnit[],
  environment: string,
  isClusterScoped: (object: KubernetesObject) => boolean,
): AppliedOnce {
  const firsts = new Map<string, First>()
  const objectsOf = new Map<string, readonly KubernetesObject[]>()
  const needsOf = new Map<string, Set<string>>()
  const problems: ManifestProblem[] = []
  for (const unit of withDeclaredNamespaces(units, environment)) {
    const kept = unit.objects.filter((object) => {
      const key = identityOf(object)
      const first = firsts.get(key)
      if (first === undefined) firsts.set(key, { unit, object })
      // The hooks of a chart come one after another, and may have the same objects.
      if (first === undefined || first.unit.service === unit.service) return true
      const isOfCluster = isClusterScoped(object)
      const isRelated = first.unit.name === environment || first.unit.original === unit.original
      if (isRelated && isOfCluster && isDeepStrictEqual(first.object, object)) {
        needsOf.set(unit.name, new Set([...(needsOf.get(unit.name) ?? []), first.unit.name]))
        return false
      }
      const problem =
        first.unit.name === environment
          ? otherThanEnvironments(unit, object)
          : otherThanInstances(unit, object, first.unit, isOfCluster)
      problems.push(...problem)
      return true
    })
    objectsOf.set(unit.name, kept)
  }
  return { objectsOf, needsOf, problems }
}

/** A manifest may say more of a namespace than that it is there: the environment then has what it says. */
function withDeclaredNamespaces(units: readonly ApplyUnit[], environment: string): readonly ApplyUnit[] {
  const namespaces = units
    .filter(({ name }) => name !== environment)
    .flatMap(({ objects }) => objects.filter(({ kind }) => kind === 'Namespace'))
  const declared = new Map(namespaces.toReversed().map((object) => [identityOf(object), object]))
  return units.map((unit) => {
    if (unit.name !== environment) return unit
    return { ...unit, objects: unit.objects.map((object) => declared.get(identityOf(object)) ?? object) }
  })
}

function otherThanEnvironments(unit: ApplyUnit, object: KubernetesObject): ManifestProblem[] {
  if (object.kind === 'Namespace') return []
  return [
    {
      ...duplicate(unit, object),
      message: `${describeObject(object)} of ${unit.service} is also among \`crds\` of the environment, and is not the same there`,
      hint: 'leave it out in one of the two places',
    },
  ]
}

function otherThanInstances(
  unit: ApplyUnit,
  object: KubernetesObject,
  first: ApplyUnit,
  isOfCluster: boolean,
): ManifestProblem[] {
  const isInstance = ({ service, original }: ApplyUnit) => service !== original
  if (!isInstance(unit) && !isInstance(first)) return []
  const what = `${describeObject(object)} of ${unit.service}`
  return [
    {
      ...duplicate(unit, object),
      message: isOfCluster
        ? `${what} cannot be there beside that of ${first.service}: a cluster has one of that name, and they differ`
        : `${what} has the name and the namespace of one of ${first.service}`,
      hint: isOfCluster
        ? 'move it to a service of its own, which has no second instance'
        : 'give the instance another name, or a namespace that these objects are not in yet',
    },
  ]
}

function duplicate({ name }: ApplyUnit, object: KubernetesObject) {
  return { service: name, object, path: ['metadata', 'name'], kind: 'duplicate' } as const
}
