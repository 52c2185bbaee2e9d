import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import dockerignore from '@balena/dockerignore'

/** What a build context holds at a path within it, always with `/`. */
export interface ContextFile {
  readonly path: string
  readonly kind: 'file' | 'link' | 'directory'
}

/**
 * The files, links and directories a build sees, sorted: the context after its ignore file, with Docker's own rules.
 * That is the Dockerfile's own, `<Dockerfile>.dockerignore`, or that of the context; podman's names for them count too.
 */
export function contextFiles(context: string, dockerfile: string): ContextFile[] {
  const ignoreFile = [
    `${dockerfile}.dockerignore`,
    `${dockerfile}.containerignore`,
    join(context, '.containerignore'),
    join(context, '.dockerignore'),
  ].find(existsSync)
  const patterns = ignoreFile === undefined ? '' : readFileSync(ignoreFile, 'utf8')
  // Its types say CommonJS with a default export, so that the function is one `default` further.
  const ignore = dockerignore.default()
  ignore.add(patterns)
  const isSeen = ignore.createFilter()
  // Within an ignored directory, a `!` pattern may bring a file back; without one, it need not be entered.
  const hasExceptions = /^\s*!/m.test(patterns)

  const files: ContextFile[] = []
  const walk = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const absolute = join(directory, entry.name)
      const path = relative(context, absolute).split(sep).join('/')
      if (entry.isDirectory()) {
        if (isSeen(path)) files.push({ path, kind: 'directory' })
        if (isSeen(path) || hasExceptions) walk(absolute)
      } else if (isSeen(path) && (entry.isFile() || entry.isSymbolicLink())) {
        files.push({ path, kind: entry.isSymbolicLink() ? 'link' : 'file' })
      }
    }
  }
  walk(context)
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}
