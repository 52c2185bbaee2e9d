import { join } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Host } from '../host.ts'
import { lint } from '../lint/lint.ts'

/** How many findings the linter has in a file, or in all files of a directory, by absolute path. */
export type CountFindings = (path: string) => number

/**
 * Lints what a repository consists of: the project, where there is one, and `dockerfiles` that are none of its own,
 * relative to the root.
 */
export async function lintRepository(
  root: string,
  dockerfiles: readonly string[],
  project: { readonly config: Config; readonly host: Host } | undefined,
  signal: AbortSignal,
): Promise<CountFindings> {
  const images = [...(project?.config.images.values() ?? [])]
  const known = new Set(images.flatMap((image) => (image.kind === 'built' ? [image.dockerfile] : [])))
  const strange = dockerfiles.map((file) => join(root, file)).filter((file) => !known.has(file))
  const results = [
    ...(project === undefined ? [] : [await lint({ project, paths: [], cwd: root, signal })]),
    ...(strange.length === 0 ? [] : [await lint({ paths: strange, cwd: root, signal })]),
  ]
  const files = results.flatMap(({ findings }) => findings.map(({ location }) => location?.file))
  return (path) => files.filter((file) => file === path || file?.startsWith(`${path}/`)).length
}
