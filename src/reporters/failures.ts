import { createColors } from 'picocolors'
import type { RunRecord, TaskRecord } from '../engine/records.ts'
import { count } from './describe-event.ts'
import { printable } from './printable.ts'

/**
 * Everything that went wrong in a run, as lines: first the tasks that failed, in the order in which they did,
 * then what did not happen because of them, then what could not be undone. Empty when nothing went wrong.
 */
export function formatFailures(record: RunRecord, { color }: { readonly color: boolean }): string[] {
  const colors = createColors(color)
  const ended = [...record.tasks.values()]
  const roots = ended.filter(({ outcome }) => outcome === 'failed' || outcome === 'timed-out')
  const undo = record.teardown?.failures ?? []
  return [
    ...(roots.length > 0 ? [colors.bold(`${count(roots.length, 'task')} failed`)] : []),
    ...roots.flatMap((root) => {
      const [said, ...details] = rootLines(root)
      return [`  ${colors.red('✗')} ${root.id}  ${said}`, ...details.map((detail) => `      ${detail}`)]
    }),
    ...consequences(record).map((said) => `  ${colors.dim(said)}`),
    ...(undo.length > 0 ? [colors.bold(`${count(undo.length, 'action')} could not be undone`)] : []),
    ...undo.map(({ task, message }) => `  ${colors.red('✗')} ${task}  ${printable(message)}`),
  ]
}

function rootLines({ failure }: TaskRecord): string[] {
  if (!failure) return ['failed']
  return [
    ...`${printable(failure.message)} (${failure.code})`.split('\n'),
    ...(failure.where === undefined ? [] : [`at ${printable(failure.where)}`]),
    ...(failure.hint === undefined ? [] : [`hint: ${printable(failure.hint)}`]),
  ]
}

/** What was blocked or cancelled, one line for each set of causes; `name` writes the names of tasks. */
export function consequences(
  { tasks }: Pick<RunRecord, 'tasks'>,
  name: (task: string) => string = String,
): string[] {
  const groups = new Map<string, string[]>()
  for (const { id, outcome, failure } of tasks.values()) {
    if (outcome !== 'blocked' && outcome !== 'cancelled') continue
    const causes = failure?.causes ?? []
    const title = causes.length > 0 ? `${outcome} by ${causes.map(name).join(', ')}` : outcome
    groups.set(title, [...(groups.get(title) ?? []), name(id)])
  }
  return [...groups].map(([title, ids]) => `${title}: ${ids.join(', ')}`)
}
