import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { identify } from '../exec/process-tree.ts'
import { writerOf, writeWhole } from '../util/write-whole.ts'

/** Creates a directory that only its owner can enter, with its parents. */
export function ensurePrivateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

/** Writes a file whole or not at all, readable only by its owner: readers see the old text or the new. */
export function writePrivateFile(path: string, text: string): void {
  ensurePrivateDirectory(dirname(path))
  writeWhole(path, text, 0o600)
}

/** Removes what processes that were killed have half written, in a directory and not below it. */
export function removeHalfWritten(directory: string): void {
  if (!existsSync(directory)) return
  for (const name of readdirSync(directory)) {
    const pid = writerOf(name)
    if (pid !== undefined && identify(pid) === undefined) rmSync(join(directory, name), { force: true })
  }
}
