import { isMapping } from '../util/is-mapping.ts'
import { textAt, textMapAt, valueAt } from './yaml-values.ts'

/** A mapping, or a list of `NAME=value`; a name alone has no value here. */
export function pairsAt(value: unknown, key: string): Record<string, string | undefined> {
  const found = valueAt(value, key)
  if (Array.isArray(found)) {
    return Object.fromEntries(
      found.map((item) => {
        const [name = '', text] = String(item).split(/=(.*)/s)
        return [name, text]
      }),
    )
  }
  if (!isMapping(found)) return {}
  const texts = textMapAt(value, key)
  return Object.fromEntries(Object.keys(found).map((name) => [name, texts[name]]))
}

/** The lines `NAME=value` of a file with variables. */
export function variablesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? []
      if (name === undefined || value === undefined) return []
      return [[name, /^(["'])(.*)\1\s*$/.exec(value)?.[2] ?? value.trim()]]
    }),
  )
}

/** `8080`, `8080:80`, `127.0.0.1:8080:80/tcp`, or the long form. */
export function publishedPort(
  written: unknown,
  fill: (text: string) => string | undefined,
): { readonly port: number; readonly isPublished: boolean }[] {
  const text = isMapping(written) ? textAt(written, 'target') : String(written)
  if (text === undefined || textAt(written, 'protocol') === 'udp' || text.endsWith('/udp')) return []
  const last =
    (fill(text) ?? text)
      .replace(/\/tcp$/, '')
      .split(':')
      .at(-1) ?? ''
  const port = Number(last)
  return Number.isInteger(port) && port > 0 ? [{ port, isPublished: true }] : []
}
