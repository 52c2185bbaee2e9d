import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { type TextField, textsAt } from './field-paths.ts'
import { containerLists, podSpecPaths } from './pod-specs.ts'

/** A place in objects of a kind that holds the reference of an image. */
export interface ImagePath {
  readonly kind: string
  /** Names of fields with dots between them; after a list `[*]` for all of its items, or the number of one. */
  readonly path: string
}

/** A field of an object that holds the reference of an image. */
export interface ImageField extends TextField {
  /** Whether what it belongs to is a container of a pod, which takes a pull policy. */
  readonly isContainer: boolean
}

/** The images that an object names: those of its containers, if it is a workload, and those at other `places`. */
export function imageFieldsOf(
  object: KubernetesObject,
  places: readonly ImagePath[] = [],
): readonly ImageField[] {
  const podSpec = podSpecPaths[object.kind]
  const containers = podSpec === undefined ? [] : containerLists
  const fields = [
    ...containers.flatMap((list) => imagesAt(object, `${podSpec}.${list}[*].image`, true)),
    ...places.filter(({ kind }) => kind === object.kind).flatMap(({ path }) => imagesAt(object, path, false)),
  ]
  // A place in the configuration may lead to a container of a workload.
  const firsts = new Map<string, ImageField>()
  for (const field of fields) {
    const key = JSON.stringify(field.path)
    if (!firsts.has(key)) firsts.set(key, field)
  }
  return [...firsts.values()]
}

/** Whether an object of the place's kind has an image there. */
export function hasImageAt(object: KubernetesObject, { kind, path }: ImagePath): boolean {
  return object.kind === kind && textsAt(object, path).length > 0
}

function imagesAt(object: KubernetesObject, path: string, isContainer: boolean): readonly ImageField[] {
  return textsAt(object, path).map((field) => ({ ...field, isContainer }))
}
