import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'

/**
 * Adds an empty line to a file while an action runs, and puts it back as it was, whatever becomes of the action. To
 * hardly any kind of source does the line mean anything; to a fingerprint it does.
 */
export async function withChangedFile<T>(file: string, action: () => Promise<T>): Promise<T> {
  const before = readFileSync(file)
  const { atime, mtime } = statSync(file)
  writeFileSync(file, Buffer.concat([before, Buffer.from('\n')]))
  try {
    return await action()
  } finally {
    writeFileSync(file, before)
    utimesSync(file, atime, mtime)
  }
}
