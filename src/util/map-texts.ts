import { isMapping } from './is-mapping.ts'

/** A copy of plain data with every text in it converted; the names of fields stay. */
export function mapTexts<T>(value: T, convert: (text: string) => string): T {
  return mapped(value, convert) as T
}

function mapped(value: unknown, convert: (text: string) => string): unknown {
  if (typeof value === 'string') return convert(value)
  if (Array.isArray(value)) return value.map((item) => mapped(item, convert))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, convert)]))
}
