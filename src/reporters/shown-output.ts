import type { RunEvent } from '../engine/events.ts'
import type { RunRecord } from '../engine/records.ts'
import { printable } from './printable.ts'

/** A line that is for the reader and not only for a log: what tests print. `undefined` for every other event. */
export function shownOutput(event: RunEvent, { plan }: RunRecord): string | undefined {
  if (event.type !== 'task-output') return undefined
  const task = plan?.tasks.find(({ id }) => id === event.task)
  return task?.kind === 'test' ? printable(event.line) : undefined
}
