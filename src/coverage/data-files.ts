import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Absolute paths of all files below some directories, sorted. */
export function filesBelow(directories: readonly string[]): string[] {
  return directories
    .flatMap((directory) =>
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .sort()
}
