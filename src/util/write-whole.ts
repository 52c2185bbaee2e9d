import { randomBytes } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** Replaces a file: whoever reads it meanwhile gets the old text or the new one. */
export function writeWhole(path: string, text: string, mode: number): void {
  const temporary = temporaryNameFor(path)
  try {
    writeFileSync(temporary, text, { mode })
    renameSync(temporary, path)
  } catch (error) {
    // On a full disk what is half written is in the way of others.
    rmSync(temporary, { force: true })
    throw error
  }
}

/** A name beside a file that no other process uses, for what will take its place; it says which process writes it. */
export function temporaryNameFor(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
}

/** The process that writes a file of such a name; `undefined` for other names. */
export function writerOf(name: string): number | undefined {
  const pid = /\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name)?.[1]
  return pid === undefined ? undefined : Number(pid)
}
