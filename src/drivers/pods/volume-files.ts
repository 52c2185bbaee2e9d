import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PodPlan } from './pod-plan.ts'

/**
 * Lays down what a pod's volumes need. The directory above is private to the user; within it, directories are as open
 * as Kind's storage class makes them, since the uid inside the container is the image's choice.
 */
export function layVolumes(pod: PodPlan, directory: string): void {
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
  for (const { mounts } of [...pod.initContainers, ...pod.containers]) {
    for (const { source } of mounts) {
      if (source.kind !== 'directory') continue
      const root = join(directory, 'directories', source.name)
      makeDirectory(root, 0o777)
      if (source.subPath !== '') makeDirectory(join(root, source.subPath), 0o777)
    }
  }
}

function makeDirectory(path: string, mode: number): void {
  const created = mkdirSync(path, { recursive: true })
  if (created !== undefined) chmodSync(path, mode)
}
