import { isMapping } from '../../util/is-mapping.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'

/** The values of all Secrets among the objects, in plain text, to be kept out of all output. */
export function secretValues(objects: Iterable<KubernetesObject>): readonly string[] {
  const values = new Set<string>()
  for (const object of objects) {
    if (object.kind !== 'Secret' || object.apiVersion !== 'v1') continue
    for (const value of texts(object.data)) {
      values.add(value)
      values.add(Buffer.from(value, 'base64').toString('utf8'))
    }
    for (const value of texts(object.stringData)) {
      values.add(value)
      values.add(Buffer.from(value).toString('base64'))
    }
  }
  return [...values].filter((value) => value !== '')
}

function texts(data: unknown): string[] {
  return isMapping(data) ? Object.values(data).filter((value) => typeof value === 'string') : []
}
