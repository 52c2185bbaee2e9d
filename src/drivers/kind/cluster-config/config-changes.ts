import { isMapping } from '../../../util/is-mapping.ts'

/** Longer values, and those of patches, which may hold credentials, are not shown. */
const longestShown = 60

/** Where two configurations differ, each in a line: `nodes[0].image: a:1 → a:2`. */
export function configChanges(was: unknown, is: unknown): readonly string[] {
  return changesAt('', was, is)
}

function changesAt(path: string, was: unknown, is: unknown): readonly string[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return []
  if (Array.isArray(was) && Array.isArray(is)) {
    const length = Math.max(was.length, is.length)
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      changesAt(`${path}[${index}]`, was[index], is[index]),
    )
  }
  if (isMapping(was) && isMapping(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    return keys.flatMap((key) => changesAt(path === '' ? key : `${path}.${key}`, was[key], is[key]))
  }
  if (was === undefined) return [`${path}: added${shown(path, is, ' ')}`]
  if (is === undefined) return [`${path}: removed${shown(path, was, ' ')}`]
  const [before, after] = [shown(path, was, ''), shown(path, is, '')]
  return [before === '' || after === '' ? `${path}: changed` : `${path}: ${before} → ${after}`]
}

function shown(path: string, value: unknown, before: string): string {
  if (/patch/i.test(path)) return ''
  const text = typeof value === 'string' ? value : flat(value)
  return text === '' || text.length > longestShown || text.includes('\n') ? '' : before + text
}

function flat(value: unknown): string {
  if (!isMapping(value)) return Array.isArray(value) ? '' : String(value)
  return `(${Object.entries(value)
    .map(([key, of]) => `${key} ${of}`)
    .join(', ')})`
}
