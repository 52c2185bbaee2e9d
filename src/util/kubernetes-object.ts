/** An object as manifests write it; what is beyond identity is for those who know the kind. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** `Deployment shop/gateway`: how messages name an object. */
export function describeObject(object: KubernetesObject): string {
  const { name, namespace } = object.metadata
  return `${object.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`
}
