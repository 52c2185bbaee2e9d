import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { Path } from './problems.ts'
import type { Container, configMapSchema, secretSchema } from './schema.ts'
import type { WantedPod } from './workloads.ts'

export type Data = ReadonlyMap<string, Buffer>

/** The ConfigMaps and Secrets of an environment. */
export class DataObjects {
  readonly #configMaps = new Map<string, Data>()
  readonly #secrets = new Map<string, Data>()

  addConfigMap(object: KubernetesObject, value: ReturnType<typeof configMapSchema.parse>): void {
    this.#configMaps.set(keyOf(object), dataOf(value.binaryData ?? {}, value.data ?? {}))
  }

  addSecret(object: KubernetesObject, value: ReturnType<typeof secretSchema.parse>): void {
    this.#secrets.set(keyOf(object), dataOf(value.data ?? {}, value.stringData ?? {}))
  }

  configMap(namespace: string, name: string): Data | undefined {
    return this.#configMaps.get(`${namespace}/${name}`)
  }

  secret(namespace: string, name: string): Data | undefined {
    return this.#secrets.get(`${namespace}/${name}`)
  }

  /** Every value of every Secret, to be kept out of what is printed. */
  secretValues(): string[] {
    return [...this.#secrets.values()].flatMap((data) => [...data.values()].map((value) => value.toString()))
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`
}

function dataOf(base64: Record<string, string>, plain: Record<string, string>): Data {
  const data = new Map<string, Buffer>()
  for (const [key, value] of Object.entries(base64)) data.set(key, Buffer.from(value, 'base64'))
  for (const [key, value] of Object.entries(plain)) data.set(key, Buffer.from(value))
  return data
}

type EnvEntry = NonNullable<Container['env']>[number]

/** The environment of a container, every reference resolved as the kubelet would; tells what cannot be. */
export function environmentOf(
  container: Container,
  pod: WantedPod,
  data: DataObjects,
  containerPath: Path,
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [index, { prefix = '', configMapRef, secretRef }] of (container.envFrom ?? []).entries()) {
    const path = [...containerPath, 'envFrom', index]
    for (const [kind, ref] of [['ConfigMap', configMapRef] as const, ['Secret', secretRef] as const]) {
      if (ref === undefined) continue
      const found =
        kind === 'ConfigMap' ? data.configMap(pod.namespace, ref.name) : data.secret(pod.namespace, ref.name)
      if (found === undefined && ref.optional !== true) pod.reader.invalid(path, missing(kind, ref.name, pod))
      for (const [key, value] of found ?? []) env[`${prefix}${key}`] = value.toString()
    }
  }
  for (const [index, entry] of (container.env ?? []).entries()) {
    const value = resolveValue(entry, pod, data, [...containerPath, 'env', index])
    // Only what the manifest writes out is expanded; a password may well hold a `$(`.
    if (value !== undefined) env[entry.name] = entry.valueFrom === undefined ? expand(value, env) : value
  }
  return env
}

function resolveValue(entry: EnvEntry, pod: WantedPod, data: DataObjects, path: Path): string | undefined {
  const from = entry.valueFrom
  if (from === undefined) return entry.value ?? ''
  const { configMapKeyRef, secretKeyRef, fieldRef } = from
  if (fieldRef !== undefined) return fieldOf(fieldRef.fieldPath, pod, path)
  const ref = configMapKeyRef ?? secretKeyRef
  if (ref === undefined) {
    pod.reader.unsupported([...path, 'valueFrom'], `the value of ${entry.name}`)
    return undefined
  }
  const kind = configMapKeyRef === undefined ? 'Secret' : 'ConfigMap'
  const found =
    kind === 'ConfigMap' ? data.configMap(pod.namespace, ref.name) : data.secret(pod.namespace, ref.name)
  const value = found?.get(ref.key)
  if (value === undefined && ref.optional !== true) {
    const message =
      found === undefined ? missing(kind, ref.name, pod) : `${kind} ${ref.name} has no key ${ref.key}`
    pod.reader.invalid([...path, 'valueFrom'], message)
  }
  return value?.toString()
}

function fieldOf(field: string, pod: WantedPod, path: Path): string | undefined {
  const fields: Record<string, string> = {
    'metadata.name': pod.name,
    'metadata.namespace': pod.namespace,
    'spec.nodeName': 'podman',
  }
  const label = /^metadata\.labels\['(.+)'\]$/.exec(field)?.[1]
  const value = label === undefined ? own(fields, field) : own(pod.labels, label)
  if (value === undefined) pod.reader.unsupported([...path, 'valueFrom', 'fieldRef'], `the field ${field}`)
  return value
}

export function missing(kind: string, name: string, pod: WantedPod): string {
  return `no ${kind} ${name} in namespace ${pod.namespace} of this environment`
}

/** `$(NAME)` becomes the value of a variable known by then, `$$(NAME)` stays as `$(NAME)`, all else is left alone. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g, (match, name?: string) => {
    if (name === undefined) return '$'
    return own(env, name) ?? match
  })
}

/** Not what every object inherits, such as `constructor`. */
function own(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
