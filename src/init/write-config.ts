import { stringify } from 'yaml'
import { isMapping } from '../util/is-mapping.ts'
import type { Proposal, ProposedEntry, ProposedKey } from './proposal.ts'

/** An entry on one line stays below this. */
const longestLine = 100

/** The text of a `kindling.yaml`. */
export function configText(proposal: Proposal): string {
  const { project, images, services, environments, notes } = proposal
  const lines = [
    '# Written by `kindling init` from what it found in this repository; it is yours to change.',
    '# Guesses are marked as such: please check them.',
    'apiVersion: kindling/v1alpha1',
    `project: ${project}`,
    ...section('images', images),
    ...section('services', services),
    ...section('environments', environments),
    ...(notes.length === 0
      ? []
      : ['', '# Found, but left out:', ...notes.map((note) => `# - ${oneLine(note)}`)]),
  ]
  return `${lines.join('\n')}\n`
}

function section(name: string, entries: readonly ProposedEntry[]): string[] {
  return entries.length === 0 ? [] : ['', `${name}:`, ...entries.flatMap(entryLines)]
}

function entryLines({ name, keys, comments }: ProposedEntry): string[] {
  const above = comments.map((comment) => `  # ${oneLine(comment)}`)
  const short = `  ${name}: ${flow(Object.fromEntries(keys.map(({ key, value }) => [key, value])))}`
  const hasComments = keys.some(({ comment, itemComments }) => (comment ?? itemComments) !== undefined)
  if (!hasComments && keys.length > 0 && short.length <= longestLine) return [...above, short]
  return [...above, `  ${name}:`, ...keys.flatMap(keyLines)]
}

function keyLines({ key, value, comment, itemComments }: ProposedKey): string[] {
  const reasons = itemComments === undefined ? undefined : [...new Set(itemComments)].join('; ')
  const remark = comment ?? reasons
  const line = `    ${key}: ${flow(value)}${remark === undefined ? '' : ` # ${oneLine(remark)}`}`
  if (line.length <= longestLine || itemComments === undefined || !Array.isArray(value)) return [line]
  const items = value.map((item, index) => `      - ${flow(item)} # ${oneLine(itemComments[index] ?? '')}`)
  return [`    ${key}:`, ...items]
}

/** On one line, as people write it: `{ a: 1 }`, `[a, b]`. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (!isMapping(value)) return scalar(value)
  const pairs = Object.entries(value).map(([key, inner]) => `${scalar(key)}: ${flow(inner)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

/** As it has to be written within brackets, which is more careful than outside of them. */
function scalar(value: unknown): string {
  const options = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const
  return stringify([value], options).trimEnd().slice(1, -1)
}

/** A comment that went on in the next line would be none. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
