import { readFileSync } from 'node:fs'
import type { GeneratedValue } from '../../config/generated.ts'
import { writePrivateFile } from '../../state/private-files.ts'
import { type GeneratedValues, type MadeValue, makeValues } from './make-values.ts'

/**
 * The values of an environment: made once, kept in a private file beside its record, and with it removed; and those it
 * had before, some of which may be in its pods still. Only for whoever holds the environment.
 */
export async function environmentValues(
  file: string,
  wanted: ReadonlyMap<string, GeneratedValue>,
  nowMs: number,
): Promise<{ readonly values: GeneratedValues; readonly former: GeneratedValues }> {
  const before = read(file)
  const made = await makeValues(wanted, before, nowMs)
  const text = `${JSON.stringify(Object.fromEntries(made), null, 2)}\n`
  if (made.size > 0 || before.size > 0) writePrivateFile(file, text)
  return { values: partsOf(made), former: partsOf(before) }
}

/** The values that an environment has, as far as there are any. */
export function storedValues(file: string): GeneratedValues {
  return partsOf(read(file))
}

function partsOf(made: ReadonlyMap<string, MadeValue>): GeneratedValues {
  return new Map([...made].map(([name, { parts }]) => [name, parts]))
}

function read(file: string): ReadonlyMap<string, MadeValue> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, MadeValue>))
  } catch (error) {
    // Not there yet, or no longer what was written: then everything is made.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
}
