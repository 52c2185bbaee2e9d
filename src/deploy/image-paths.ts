import type { YamlPath } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { containerLists, podSpecPaths } from './pod-specs.ts'

/** A place in objects of a kind that holds the reference of an image. */
export interface ImagePath {
  readonly kind: string
  /** Names of fields with dots between them; after a list `[*]` for all of its items, or the number of one. */
  readonly path: string
}

/** A field of an object that holds the reference of an image. */
export interface ImageField {
  readonly text: string
  /** Of the field, in the object. */
  readonly path: YamlPath
  /** What the field belongs to, unless it is an item of a list. */
  readonly parent?: Record<string, unknown>
  /** Whether that is a container of a pod, which takes a pull policy. */
  readonly isContainer: boolean
  /** Writes another text into the object. */
  readonly replace: (text: string) => void
}

/** The images that an object names: those of its containers, if it is a workload, and those at other `places`. */
export function imageFieldsOf(
  object: KubernetesObject,
  places: readonly ImagePath[] = [],
): readonly ImageField[] {
  const podSpec = podSpecPaths[object.kind]
  const containers = podSpec === undefined ? [] : containerLists
  const fields = [
    ...containers.flatMap((list) => fieldsAt(object, `${podSpec}.${list}[*].image`, true)),
    ...places.filter(({ kind }) => kind === object.kind).flatMap(({ path }) => fieldsAt(object, path, false)),
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
  return object.kind === kind && fieldsAt(object, path, false).length > 0
}

function fieldsAt(object: KubernetesObject, path: string, isContainer: boolean): readonly ImageField[] {
  const steps = path.split(/[.[]/).map((step) => step.replace(/\]$/, ''))
  return valuesAt({ value: object, path: [], replace: () => {} }, steps).flatMap(({ value, ...found }) =>
    typeof value === 'string' ? [{ ...found, text: value, isContainer }] : [],
  )
}

interface Found extends Pick<ImageField, 'path' | 'parent' | 'replace'> {
  readonly value: unknown
}

function valuesAt(found: Found, [step, ...rest]: readonly string[]): readonly Found[] {
  if (step === undefined) return [found]
  const { value, path } = found
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => {
      if (step !== '*' && step !== String(index)) return []
      const replace = (text: string) => {
        value[index] = text
      }
      return valuesAt({ value: item, path: [...path, index], replace }, rest)
    })
  }
  if (!isMapping(value)) return []
  const replace = (text: string) => {
    value[step] = text
  }
  return valuesAt({ value: value[step], path: [...path, step], parent: value, replace }, rest)
}
