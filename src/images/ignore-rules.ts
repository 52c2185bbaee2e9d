import { posix } from 'node:path'

/** What a directory's ancestors and itself have matched: what its entries are to be judged with. */
export type IgnoreScope = readonly boolean[]

/** Patterns that follow each other in the file and mean the same. */
interface Group {
  readonly isException: boolean
  readonly pattern: RegExp
  /** Directories below which an exception may match. */
  readonly ways: RegExp
}

/**
 * An ignore file with the rules of Docker and podman: the last pattern that matches a path or a directory above it
 * decides. Paths are relative to the context, with `/`. A pattern that the engines refuse to read matches nothing.
 */
export class IgnoreRules {
  /** The scope of the context itself. */
  readonly root: IgnoreScope
  readonly #groups: readonly Group[]

  constructor(text: string) {
    this.#groups = groupsOf(text)
    this.root = this.#groups.map(() => false)
  }

  isIgnored(path: string, parent: IgnoreScope): boolean {
    const last = this.#groups.findLastIndex(({ pattern }, i) => parent[i] === true || pattern.test(path))
    return last >= 0 && this.#groups[last]?.isException === false
  }

  /** As `isIgnored`, with the scope of what the directory holds, and whether any of that may be seen. */
  enter(
    path: string,
    parent: IgnoreScope,
  ): { readonly isIgnored: boolean; readonly mayHoldSeen: boolean; readonly scope: IgnoreScope } {
    const scope = this.#groups.map(({ pattern }, i) => parent[i] === true || pattern.test(path))
    const last = scope.lastIndexOf(true)
    const isIgnored = last >= 0 && this.#groups[last]?.isException === false
    const mayHoldSeen =
      !isIgnored ||
      this.#groups.some(({ isException, ways }, i) => i > last && isException && ways.test(path))
    return { isIgnored, mayHoldSeen, scope }
  }
}

function groupsOf(text: string): readonly Group[] {
  const groups: { isException: boolean; patterns: string[] }[] = []
  for (const line of text.replace(/^\u{feff}/u, '').split(/\r?\n/)) {
    if (line.startsWith('#')) continue
    const isException = line.trim().startsWith('!')
    const pattern = cleaned(
      line
        .trim()
        .slice(isException ? 1 : 0)
        .trim(),
    )
    if (pattern === '' || expressionOf(pattern) === undefined) continue
    const group = groups.at(-1)
    if (group?.isException === isException) group.patterns.push(pattern)
    else groups.push({ isException, patterns: [pattern] })
  }
  return groups.map(({ isException, patterns }) => ({
    isException,
    pattern: anyOf(patterns),
    ways: anyOf(patterns.flatMap(waysTo)),
  }))
}

function cleaned(pattern: string): string {
  return pattern === ''
    ? ''
    : posix
        .normalize(pattern)
        .replace(/(?<=.)\/$/, '')
        .replace(/^\/(?=.)/, '')
}

/** Patterns for the directories that lead to what a pattern matches. */
function waysTo(pattern: string): string[] {
  const segments = pattern.split('/')
  const deep = segments.findIndex((segment) => segment.includes('**'))
  const plain = deep < 0 ? segments.length - 1 : deep
  const ways = Array.from({ length: plain }, (_, i) => segments.slice(0, i + 1).join('/'))
  if (deep >= 0) ways.push([...segments.slice(0, deep), '**'].join('/'))
  // A class with a `/` in it has been cut in two.
  return ways.some((way) => expressionOf(way) === undefined) ? ['**'] : ways
}

function anyOf(patterns: readonly string[]): RegExp {
  const expressions = patterns.map(expressionOf).filter((expression) => expression !== undefined)
  return expressions.length === 0 ? /(?!)/ : new RegExp(`^(?:${expressions.join('|')})$`, 'u')
}

const token = /\*\*\/?|\*|\?|\[(?:\\.|[^\]\\])+\]|\\.|[\\^$.+()[\]{}|/]/gsu

/** The source of a regular expression, as moby's `patternmatcher` makes it; none for a pattern with a mistake. */
function expressionOf(pattern: string): string | undefined {
  const source = pattern.replace(token, (text, offset: number) => {
    if (text.startsWith('**')) return offset + text.length === pattern.length ? '.*' : '(?:.*/)?'
    if (text === '*') return '[^/]*'
    if (text === '?') return '[^/]'
    // Never closed, and so no expression.
    if (text === '[') return text
    if (text.startsWith('[')) {
      return text.replace(/\\(.)/gsu, (_, literal: string) =>
        /[\\\]^-]/.test(literal) ? `\\${literal}` : literal,
      )
    }
    const literal = text.length > 1 ? text.slice(1) : text
    return literal.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&')
  })
  try {
    new RegExp(source, 'u')
    return source
  } catch {
    return undefined
  }
}
