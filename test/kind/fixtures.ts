import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { smallSystem } from '../rig/small-system.ts'

/** The files of a repository among the fixtures, by path, with the way to its base images. */
export function fixture(name: string): Record<string, string> {
  const root = join(import.meta.dirname, 'fixtures', name)
  const paths = readdirSync(root, { recursive: true }).map(String)
  const files = paths
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const)
  const rootfs = 'base/rootfs.sh'
  return { ...Object.fromEntries(files), [rootfs]: smallSystem()[rootfs] ?? '' }
}
