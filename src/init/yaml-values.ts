import { parseAllDocuments } from 'yaml'
import { isMapping } from '../util/is-mapping.ts'

/** The mappings in a YAML file; documents that cannot be read, or are something else, are left out. */
export function mappingsIn(text: string): readonly Record<string, unknown>[] {
  return parseAllDocuments(text, { merge: true, logLevel: 'silent', prettyErrors: false }).flatMap(
    (document) => {
      if (document.errors.length > 0) return []
      try {
        const value: unknown = document.toJS()
        return isMapping(value) ? [value] : []
      } catch {
        // An alias without an anchor, or too many of them.
        return []
      }
    },
  )
}

/** The value at a path of keys. */
export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isMapping(at) ? at[key] : undefined), value)
}

export function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys)
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : undefined
}

export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...keys)
  return Array.isArray(found) ? found : []
}

export function textsAt(value: unknown, ...keys: readonly string[]): readonly string[] {
  return listAt(value, ...keys).filter((item) => typeof item === 'string')
}

/** The texts of a mapping; what is neither text, number nor truth value is left out. */
export function textMapAt(value: unknown, ...keys: readonly string[]): Record<string, string> {
  const found = valueAt(value, ...keys)
  if (!isMapping(found)) return {}
  return Object.fromEntries(
    Object.keys(found).flatMap((key) => {
      const text = textAt(found, key)
      return text === undefined ? [] : [[key, text] as const]
    }),
  )
}
