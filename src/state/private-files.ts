import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWhole } from '../util/write-whole.ts'

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
