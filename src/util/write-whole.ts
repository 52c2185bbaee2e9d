import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'

/** Replaces a file: whoever reads it meanwhile gets the old text or the new one. */
export function writeWhole(path: string, text: string, mode: number): void {
  const temporary = temporaryNameFor(path)
  writeFileSync(temporary, text, { mode })
  renameSync(temporary, path)
}

/** A name beside a file that no other process uses, for what will take its place. */
export function temporaryNameFor(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.tmp`
}
