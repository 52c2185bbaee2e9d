import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Link } from './draft.ts'

/** What is said about names that need each other: the way round, and the place of each step. */
export function cycleProblem(cycle: readonly Link[]): Diagnostic {
  const [first] = cycle
  return {
    code: 'E_CONFIG_CYCLE',
    severity: 'error',
    message: messageFor(cycle),
    ...(first === undefined ? {} : { location: first.location }),
    hint: cycle.some(({ inheritedFrom }) => inheritedFrom !== undefined)
      ? 'remove one of these needs, or give the instance `needs` of its own'
      : 'remove one of these needs',
    related: cycle.map(({ from, to, location, inheritedFrom }) => ({
      message: `${from} needs ${to}${inheritedFrom === undefined ? '' : `, as ${inheritedFrom} does`}`,
      location,
    })),
  }
}

function messageFor(cycle: readonly Link[]): string {
  const [first] = cycle
  if (first === undefined) return ''
  if (cycle.length === 1) return `${first.kind} \`${first.from}\` needs itself`
  return `${first.kind}s need each other: ${[...cycle.map(({ from }) => from), first.from].join(' → ')}`
}
