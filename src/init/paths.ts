import { posix } from 'node:path'

/** A path that stands in a file of a directory, relative to the root; undefined when it leads out of there. */
export function pathFrom(directory: string, written: string): string | undefined {
  const path = posix.normalize(posix.join(directory, written)).replace(/(?<=.)\/$/, '')
  return path.startsWith('..') || posix.isAbsolute(written) ? undefined : path
}

/** The directory of a file; `.` at the root. */
export function directoryOf(path: string): string {
  return posix.dirname(path)
}

export function baseName(path: string): string {
  return posix.basename(path)
}

/** Whether a path lies somewhere below a directory. */
export function isBelow(path: string, directory: string): boolean {
  return directory === '.' || path.startsWith(`${directory}/`)
}

/** For the paths that a pattern with `*`, `**` and `?` means. */
export function patternOf(pattern: string): RegExp {
  const source = pattern
    .replace(/^\.\//, '')
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('**/', '\0')
    .replaceAll('**', '\u0001')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('\0', '(?:.*/)?')
    .replaceAll('\u0001', '.*')
  return new RegExp(`^${source}$`)
}

const ranks: readonly (readonly [RegExp, number])[] = [
  [/^e2e$/, 0],
  [/^(?:tests?|testing|ci|integration|acceptance)$/, 1],
  [/^(?:kind|local|dev|development|minikube|k3d)$/, 2],
  [/^(?:staging|stage|qa|preview)$/, 5],
  [/^(?:prod|production|live)$/, 6],
]

/** How far a path is from being made for tests, by the words in it: 0 for `deploy/e2e`, 6 for `deploy/prod`. */
export function distanceFromTests(path: string): number {
  const words = path.toLowerCase().split(/[/._-]/)
  const found = words.flatMap((word) =>
    ranks.flatMap(([pattern, rank]) => (pattern.test(word) ? [rank] : [])),
  )
  const none = 3
  return found.length === 0 ? none : Math.max(...found) > none ? Math.max(...found) : Math.min(...found)
}
