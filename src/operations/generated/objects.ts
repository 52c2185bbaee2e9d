import { evaluateTemplate } from '../../config/expression.ts'
import { findPart, type GeneratedObject, type GeneratedValue, partsOf } from '../../config/generated.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { GeneratedValues } from './make-values.ts'

/** The Secrets and ConfigMaps that hold generated values. */
export function generatedObjects(
  wanted: ReadonlyMap<string, GeneratedValue>,
  values: GeneratedValues,
  env: Readonly<Record<string, string | undefined>>,
): readonly KubernetesObject[] {
  const textOf = (name: string, part: string | undefined) => {
    const value = wanted.get(name)
    const found = value === undefined ? undefined : findPart(value.recipe.kind, part)
    return (found === undefined ? undefined : values.get(name)?.[found]) ?? ''
  }
  return [...wanted.values()].flatMap(({ objects }) =>
    objects.map((object) =>
      objectOf(
        object,
        mapValues(object.data, (template) =>
          evaluateTemplate(template, (expression) =>
            expression.root === 'env'
              ? (env[expression.variable] ?? '')
              : textOf(expression.value, expression.part),
          ),
        ),
      ),
    ),
  )
}

/** Values of the right shape that are nobody's secret, for what is asked before there are any. */
export function standIns(wanted: ReadonlyMap<string, GeneratedValue>): GeneratedValues {
  return new Map(
    [...wanted.values()].map(({ name, recipe }) => [
      name,
      Object.fromEntries(partsOf(recipe.kind).map((part) => [part, `${name}.${part}`])),
    ]),
  )
}

function objectOf(
  { kind, name, namespace }: GeneratedObject,
  data: Readonly<Record<string, string>>,
): KubernetesObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) }
  if (kind === 'ConfigMap') return { apiVersion: 'v1', kind, metadata, data }
  const isTls = 'tls.crt' in data && 'tls.key' in data
  return { apiVersion: 'v1', kind, metadata, type: isTls ? 'kubernetes.io/tls' : 'Opaque', stringData: data }
}

function mapValues<V>(map: ReadonlyMap<string, V>, convert: (value: V) => string): Record<string, string> {
  return Object.fromEntries([...map].map(([key, value]) => [key, convert(value)]))
}
