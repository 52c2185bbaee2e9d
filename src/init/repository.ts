import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A repository as detectors see it. Paths are relative to its root, with `/`. */
export interface Repository {
  /** Absolute path. */
  readonly root: string
  /** Files that git does not ignore, sorted. */
  readonly files: readonly string[]
  /** Whether there is a file, or a directory with files in it. */
  readonly has: (path: string) => boolean
  /** The text of a file; undefined for one that is not there, cannot be read, is binary or longer than a mebibyte. */
  readonly read: (path: string) => string | undefined
}

/** Whether a path leads to what a repository has from others, or what tools have put there. */
export function isForeign(path: string): boolean {
  return /(?:^|\/)(?:node_modules|vendor|third_party|\.git|\.kindling)(?:\/|$)/.test(path)
}

/** What is longer was written by no hand. */
const longestBytes = 2 ** 20

/** A repository on disk, of which these files are known; each is read once. */
export function openRepository(root: string, files: readonly string[]): Repository {
  const texts = new Map<string, string | undefined>()
  const known = new Set(files.flatMap((file) => [file, ...directoriesOf(file)]))
  return {
    root,
    files,
    has: (path) => path === '.' || known.has(path),
    read: (path) => {
      if (!texts.has(path)) texts.set(path, readText(join(root, path)))
      return texts.get(path)
    },
  }
}

/** The directories a file is in, the nearest first. */
function directoriesOf(file: string): string[] {
  const slash = file.lastIndexOf('/')
  return slash < 0 ? [] : [file.slice(0, slash), ...directoriesOf(file.slice(0, slash))]
}

function readText(file: string): string | undefined {
  try {
    if (statSync(file).size > longestBytes) return undefined
    const text = readFileSync(file, 'utf8')
    return text.includes('\0') ? undefined : text
  } catch {
    // Listed by git but gone, or not ours to read: as if it were not there.
    return undefined
  }
}
