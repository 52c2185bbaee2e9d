import type { ContainerChoice, ObjectName } from './config.ts'
import type { ChoiceV1Alpha1, ObjectV1Alpha1 } from './v1alpha1-words.ts'

export function choiceOf({ container, pod }: ChoiceV1Alpha1): ContainerChoice {
  return {
    ...(container === undefined ? {} : { container }),
    ...(pod === undefined ? {} : { pod }),
  }
}

/** The object behind `Kind/name`. */
export function objectNameOf({ object, apiVersion, namespace }: ObjectV1Alpha1): ObjectName {
  const [kind = '', name = ''] = object.split('/')
  return {
    kind,
    name,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}
