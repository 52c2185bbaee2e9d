import { posix } from 'node:path'
import type { FileSet, Mount } from './pod-plan.ts'
import type { Path } from './problems.ts'
import type { Container, Volume } from './schema.ts'
import { type Data, type DataObjects, missing } from './variables.ts'
import type { WantedPod } from './workloads.ts'

/** What a volume of a pod is here. */
type Backing =
  | { readonly kind: 'host'; readonly path: string }
  | { readonly kind: 'directory' | 'scratch' | 'files'; readonly name: string }

const defaultFileMode = 0o644

/** The volumes of a pod, with the files to be laid down for them. */
export class PodVolumes {
  readonly files: FileSet[] = []
  readonly #backings = new Map<string, Backing>()
  readonly #pod: WantedPod

  constructor(pod: WantedPod, data: DataObjects, claims: ReadonlySet<string>) {
    this.#pod = pod
    for (const [index, volume] of (pod.spec.volumes ?? []).entries()) {
      const backing = this.#backingOf(volume, data, claims, [...pod.specPath, 'volumes', index])
      if (backing !== undefined) this.#backings.set(volume.name, backing)
    }
    for (const [volume, claim] of pod.claims) {
      this.#backings.set(volume, { kind: 'directory', name: claimDirectory(pod.namespace, claim) })
    }
  }

  mountsOf(container: Container, containerPath: Path): Mount[] {
    return (container.volumeMounts ?? []).flatMap((mount, index) => {
      const backing = this.#backings.get(mount.name)
      if (backing === undefined) {
        const isDeclared = (this.#pod.spec.volumes ?? []).some(({ name }) => name === mount.name)
        // A declared volume without backing was told already.
        if (!isDeclared) {
          const path = [...containerPath, 'volumeMounts', index, 'name']
          this.#pod.reader.invalid(path, `${this.#pod.workload} has no volume named ${mount.name}`)
        }
        return []
      }
      const subPath = mount.subPath ?? ''
      const source =
        backing.kind === 'host'
          ? { kind: 'host' as const, path: posix.join(backing.path, subPath) }
          : { kind: backing.kind, name: backing.name, subPath }
      return [
        { target: mount.mountPath, readOnly: mount.readOnly === true || backing.kind === 'files', source },
      ]
    })
  }

  #backingOf(
    volume: Volume,
    data: DataObjects,
    claims: ReadonlySet<string>,
    path: Path,
  ): Backing | undefined {
    const { namespace, name: podName, reader } = this.#pod
    if (volume.emptyDir !== undefined)
      return { kind: 'scratch', name: `${namespace}.${podName}.${volume.name}` }
    if (volume.hostPath !== undefined) return { kind: 'host', path: volume.hostPath.path }
    if (volume.persistentVolumeClaim !== undefined) {
      const { claimName } = volume.persistentVolumeClaim
      const name = claimDirectory(namespace, claimName)
      if (!claims.has(name)) reader.invalid(path, missing('PersistentVolumeClaim', claimName, this.#pod))
      return { kind: 'directory', name }
    }
    if (volume.configMap !== undefined) {
      const { name } = volume.configMap
      return this.#filesOf(
        volume.name,
        'ConfigMap',
        name,
        data.configMap(namespace, name),
        volume.configMap,
        path,
      )
    }
    if (volume.secret !== undefined) {
      const { secretName } = volume.secret
      const found = data.secret(namespace, secretName)
      return this.#filesOf(volume.name, 'Secret', secretName, found, volume.secret, path)
    }
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'without a source'
    reader.unsupported(path, `a volume of kind ${kind}`)
    return undefined
  }

  #filesOf(
    volume: string,
    kind: string,
    source: string,
    data: Data | undefined,
    { items, defaultMode = defaultFileMode, optional }: NonNullable<Volume['configMap'] | Volume['secret']>,
    path: Path,
  ): Backing | undefined {
    const { namespace, name: podName, reader } = this.#pod
    if (data === undefined && optional !== true) {
      reader.invalid(path, missing(kind, source, this.#pod))
      return undefined
    }
    const wanted = items ?? [...(data ?? [])].map(([key]) => ({ key, path: key, mode: defaultMode }))
    const files = wanted.flatMap((item) => {
      const content = data?.get(item.key)
      if (posix.isAbsolute(item.path) || posix.normalize(item.path).startsWith('..')) {
        reader.invalid(path, `${item.path} leads out of the volume`)
        return []
      }
      if (content !== undefined) return [{ path: item.path, content, mode: item.mode ?? defaultMode }]
      if (optional !== true) reader.invalid(path, `${kind} ${source} has no key ${item.key}`)
      return []
    })
    const name = `${namespace}.${podName}.${volume}`
    this.files.push({ name, files })
    return { kind: 'files', name }
  }
}

/** The directory that stands for a claim: one per namespace and claim, shared by the pods that mount it. */
export function claimDirectory(namespace: string, claim: string): string {
  return `${namespace}.claim.${claim}`
}
