import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** By the names that engines, editors and people have for them; their ignore files are none. */
const dockerfileName = /^(?:(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/
/** Whose Dockerfiles are somebody else's. */
const foreign: ReadonlySet<string> = new Set(['node_modules', '.git', '.kindling', 'vendor', '.venv', 'venv'])

/** A path that was given, by what is there. */
export type LintPath =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'directory'; readonly files: readonly string[] }
  | { readonly kind: 'missing' }

/** The file at an absolute path, or the Dockerfiles below a directory, by name. */
export function findDockerfiles(path: string): LintPath {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return { kind: 'missing' }
  return stats.isDirectory() ? { kind: 'directory', files: below(path) } : { kind: 'file', file: path }
}

/** Whether a file is a Dockerfile, as far as its name tells. */
export function isDockerfileName(name: string): boolean {
  return dockerfileName.test(name) && !/\.(?:docker|container)ignore$/.test(name)
}

function below(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) return foreign.has(entry.name) ? [] : below(path)
      return entry.isFile() && isDockerfileName(entry.name) ? [path] : []
    })
}
