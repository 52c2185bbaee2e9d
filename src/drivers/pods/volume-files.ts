import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Podman } from '../podman/podman.ts'
import type { Mount, PodPlan } from './pod-plan.ts'

/**
 * Lays down what a pod's volumes need. The directory above is private to the user; within it, directories are as open
 * as Kind's storage class makes them, since the uid inside the container is the image's choice.
 */
export async function layVolumes(podman: Podman, pod: PodPlan, directory: string): Promise<void> {
  for (const { name, files } of pod.files) {
    const root = join(directory, 'files', name)
    rmSync(root, { recursive: true, force: true })
    makeDirectory(root, 0o755)
    for (const file of files) {
      const path = join(root, file.path)
      mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
      writeFileSync(path, file.content)
      // Not the `mode` of writeFileSync, which the umask would cut.
      chmodSync(path, file.mode)
    }
  }
  const sources = [...pod.initContainers, ...pod.containers].flatMap(({ mounts }) =>
    mounts.map(({ source }) => source),
  )
  const scratch = new Set(sources.flatMap((source) => (source.kind === 'scratch' ? [source.name] : [])))
  for (const name of scratch) await removeVolumeDirectory(podman, join(directory, 'directories', name))
  for (const source of sources) {
    if (source.kind !== 'directory' && source.kind !== 'scratch') continue
    const root = join(directory, 'directories', source.name)
    makeDirectory(root, 0o777)
    if (source.subPath !== '') makeDirectory(join(root, source.subPath), 0o777)
  }
}

/** Where what a mount names is on the host. */
export function mountedPath({ source }: Mount, directory: string): string {
  if (source.kind === 'host') return source.path
  return join(directory, source.kind === 'files' ? 'files' : 'directories', source.name, source.subPath)
}

/** Removes volumes; what containers without root wrote there belongs to sub-uids, which podman alone can remove. */
export async function removeVolumeDirectory(podman: Podman, directory: string): Promise<void> {
  try {
    rmSync(directory, { recursive: true, force: true })
  } catch {
    await podman.runInNamespace(['rm', '-rf', directory])
  }
}

function makeDirectory(path: string, mode: number): void {
  const created = mkdirSync(path, { recursive: true })
  if (created !== undefined) chmodSync(path, mode)
}
