import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWhole } from '../util/write-whole.ts'

/** Replaces a report in the JUnit format, in a directory that need not exist. Others may read it: CI systems do. */
export function writeJunit(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeWhole(file, text, 0o644)
}
