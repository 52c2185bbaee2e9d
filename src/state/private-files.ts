import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Creates a directory that only its owner can enter, with its parents. */
export function ensurePrivateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

/** Writes a file whole or not at all, readable only by its owner: readers see the old text or the new. */
export function writePrivateFile(path: string, text: string): void {
  ensurePrivateDirectory(dirname(path))
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}
