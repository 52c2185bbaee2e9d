import { type BigIntStats, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { IgnoreRules, type IgnoreScope } from './ignore-rules.ts'

/** What a build context holds at a path within it, always with `/`. */
export type ContextEntry =
  | ContextFile
  | { readonly kind: 'directory'; readonly path: string; readonly stats: BigIntStats }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** Something whose name is no UTF-8, so that it cannot be looked at. */
  | { readonly kind: 'unknown'; readonly path: string }

export interface ContextFile {
  readonly kind: 'file'
  readonly path: string
  readonly stats: BigIntStats
}

type ContextKind = Exclude<ContextEntry['kind'], 'unknown'>

/**
 * What a build sees, each directory before what it holds: the context after its ignore file. A directory is seen for
 * the sake of what is seen in it as well. What vanishes meanwhile is left out.
 */
export function contextFiles(context: string, dockerfile: string): ContextEntry[] {
  const rules = new IgnoreRules(ignoreRulesOf(context, dockerfile))
  const entries: ContextEntry[] = []
  const add = (path: string, kind: ContextKind) => {
    const entry = unlessGone(() => look(context, path, kind))
    if (entry !== undefined) entries.push(entry)
    else if (path.includes('\u{fffd}')) entries.push({ kind: 'unknown', path })
  }
  const walk = (directory: string, scope: IgnoreScope) => {
    for (const entry of unlessGone(() => entriesOf(`${context}/${directory}`)) ?? []) {
      const path = `${directory}${entry.name}`
      if (entry.isDirectory()) {
        const { isIgnored, mayHoldSeen, scope: below } = rules.enter(path, scope)
        if (!mayHoldSeen) continue
        const before = entries.length
        add(path, 'directory')
        walk(`${path}/`, below)
        if (isIgnored && entries.length === before + 1) entries.pop()
      } else if ((entry.isFile() || entry.isSymbolicLink()) && !rules.isIgnored(path, scope)) {
        add(path, entry.isFile() ? 'file' : 'link')
      }
    }
  }
  walk('', rules.root)
  return entries
}

/** What each run leaves beside the configuration: no part of any image, and different every time. */
const ownDirectory = '.kindling'

/** The rules of what a build does not see, in the format of a `.dockerignore`. */
export function ignoreRulesOf(context: string, dockerfile: string): string {
  const file = ignoreFileOf(context, dockerfile)
  return `${file === undefined ? '' : readFileSync(file, 'utf8')}\n${ownDirectory}\n`
}

/** The Dockerfile's own, or that of the context; podman's names for them count too, in the order podman has. */
export function ignoreFileOf(context: string, dockerfile: string): string | undefined {
  return [
    `${dockerfile}.dockerignore`,
    `${dockerfile}.containerignore`,
    join(context, '.containerignore'),
    join(context, '.dockerignore'),
  ].find(existsSync)
}

function entriesOf(directory: string) {
  return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function look(context: string, path: string, kind: ContextKind): ContextEntry | undefined {
  if (kind === 'link') return { kind, path, target: readlinkSync(`${context}/${path}`) }
  const stats = lstatSync(`${context}/${path}`, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : { kind, path, stats }
}

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
