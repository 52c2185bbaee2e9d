import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redactor } from '../../exec/redactor.ts'

/** Takes secrets out of the files of a directory, where another program wrote them; what is no file stays as it is. */
export function redactFiles(directory: string, redactor: Redactor): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    try {
      redactFile(path, redactor)
    } catch {
      // What cannot be looked through must not be kept.
      rmSync(path, { force: true })
    }
  }
}

/** Byte for byte, whatever encoding it is in: what is secret is ASCII. */
function redactFile(path: string, redactor: Redactor): void {
  const text = readFileSync(path, 'latin1')
  const redacted = redactor.redact(text)
  if (redacted !== text) writeFileSync(path, redacted, 'latin1')
}
