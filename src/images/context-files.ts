import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import dockerignore from '@balena/dockerignore'

/** A file of a build context, by its path within it, always with `/`. */
export interface ContextFile {
  readonly path: string
  readonly kind: 'file' | 'link'
}

/**
 * The files a build sees, sorted: the context after its ignore file, which is `<Dockerfile>.dockerignore` where there
 * is one and `.dockerignore` otherwise, with Docker's own rules.
 */
export function contextFiles(context: string, dockerfile: string): ContextFile[] {
  const ignoreFile = [`${dockerfile}.dockerignore`, join(context, '.dockerignore')].find(existsSync)
  // Its types say CommonJS with a default export, so that the function is one `default` further.
  const ignore = dockerignore.default()
  if (ignoreFile !== undefined) ignore.add(readFileSync(ignoreFile, 'utf8'))
  const isIgnored = ignore.createFilter()

  const files: ContextFile[] = []
  const walk = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const absolute = join(directory, entry.name)
      const path = relative(context, absolute).split(sep).join('/')
      if (entry.isDirectory()) {
        // An ignored directory may still hold a file that a later `!` pattern brings back.
        walk(absolute)
      } else if (isIgnored(path) && (entry.isFile() || entry.isSymbolicLink())) {
        files.push({ path, kind: entry.isSymbolicLink() ? 'link' : 'file' })
      }
    }
  }
  walk(context)
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}
