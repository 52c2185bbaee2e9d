import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Absolute paths of the files below a directory that match a pattern, sorted. `*` and `?` stand for characters of a
 * name, `{a,b}` for one of several texts, and `**` for any directories. Names that begin with a dot must be written
 * out; `**` stays out of `node_modules` and does not follow symbolic links. What cannot be read matches nothing.
 */
export async function matchingFiles(directory: string, pattern: string): Promise<readonly string[]> {
  const patterns = alternatives(pattern)
  const found = await Promise.all(patterns.map((each) => match(directory, each.split('/').filter(Boolean))))
  return [...new Set(found.flat())].sort()
}

async function match(directory: string, [step, ...rest]: readonly string[]): Promise<readonly string[]> {
  if (step === undefined) return []
  if (step === '..') return match(join(directory, '..'), rest)
  if (step === '**') return matchBelow(directory, rest.length === 0 ? ['*'] : rest)
  const name = namePattern(step)
  const matches = (await entriesOf(directory)).filter((entry) => name.test(entry.name))
  const found = await Promise.all(
    matches.map(async (entry) => {
      const path = join(directory, entry.name)
      if (rest.length > 0) return match(path, rest)
      return (await isFile(path)) ? [path] : []
    }),
  )
  return found.flat()
}

async function matchBelow(directory: string, rest: readonly string[]): Promise<readonly string[]> {
  const below = (await entriesOf(directory)).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules',
  )
  const found = await Promise.all([
    match(directory, rest),
    ...below.map((entry) => matchBelow(join(directory, entry.name), rest)),
  ])
  return found.flat()
}

function namePattern(step: string): RegExp {
  const source = step
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${step.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 's')
}

/** `a{b,c}d` as `abd` and `acd`; braces inside of braces count. Braces that are never closed stand for themselves. */
function alternatives(pattern: string): readonly string[] {
  const open = pattern.indexOf('{')
  if (open < 0) return [pattern]
  const options: string[] = []
  let depth = 0
  let start = open + 1
  for (let index = open; index < pattern.length; index++) {
    const character = pattern[index]
    if (character === '{') depth++
    if (character === '}') depth--
    if (depth === 0 || (depth === 1 && character === ',')) {
      options.push(pattern.slice(start, index))
      start = index + 1
    }
    if (depth === 0) {
      const [before, after] = [pattern.slice(0, open), pattern.slice(index + 1)]
      return options.flatMap((option) => alternatives(`${before}${option}${after}`))
    }
  }
  return [pattern]
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch(() => [])
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  )
}
