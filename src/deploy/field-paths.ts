import type { YamlPath } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'

/** A field of an object that holds a text. */
export interface TextField {
  readonly text: string
  /** Of the field, in the object. */
  readonly path: YamlPath
  /** What the field belongs to, unless it is an item of a list. */
  readonly parent?: Record<string, unknown>
  /** Writes another text into the object. */
  readonly replace: (text: string) => void
}

/**
 * The texts of an object at a path: names of fields with dots between them; after a list `[*]` for all of its items, or
 * the number of one. A list of steps serves names that have dots in them.
 */
export function textsAt(object: KubernetesObject, path: string | readonly string[]): readonly TextField[] {
  return fieldsAt(object, path).flatMap(({ value, ...found }) =>
    typeof value === 'string' ? [{ ...found, text: value }] : [],
  )
}

/** The mappings of an object at a path, to be changed in place. */
export function mappingsAt(object: KubernetesObject, path: string): readonly Record<string, unknown>[] {
  return fieldsAt(object, path).flatMap(({ value }) => (isMapping(value) ? [value] : []))
}

interface Found extends Omit<TextField, 'text'> {
  readonly value: unknown
}

function fieldsAt(object: KubernetesObject, path: string | readonly string[]): readonly Found[] {
  const steps = typeof path === 'string' ? path.split(/[.[]/).map((step) => step.replace(/\]$/, '')) : path
  return valuesAt({ value: object, path: [], replace: () => {} }, steps)
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
