import type { RunEvent, TaskFailure } from '../engine/events.ts'
import type { RunRecord, TaskRecord } from '../engine/records.ts'
import { formatDuration } from '../util/duration.ts'
import { count } from './describe-event.ts'
import { codeBlock, codeSpan, markdownTable, markdownText } from './markdown.ts'
import { printable } from './printable.ts'
import { withTails } from './run-with-tails.ts'
import { lengthOf, type RunTiming, type TaskTiming, timingOf } from './timing.ts'

/** GitHub takes a megabyte of all steps; nobody reads more tasks than these. */
const mostTasks = 100
const mostFailures = 20
/** Of a failure's own words. */
const mostLines = 40

const signs: Readonly<Record<TaskTiming['outcome'], string>> = {
  succeeded: '✅',
  reused: '✅',
  failed: '❌',
  'timed-out': '❌',
  cancelled: '🚫',
  blocked: '🚫',
  unfinished: '❔',
}

/** A run as Markdown: how it ended, everything that failed with its words, where the time went. */
export function stepSummary(events: Iterable<RunEvent>): string {
  const { record, tails } = withTails(events)
  const timing = timingOf(record)
  const failed = [...record.tasks.values()].filter(
    ({ outcome }) => outcome === 'failed' || outcome === 'timed-out',
  )
  const shown = failed.slice(0, mostFailures)
  const hidden = failed.length - shown.length
  return [
    heading(record, failed, timing.wallMs),
    ...shown.map(({ id, failure }) => failureSection(id, failure, tails.get(id) ?? [])),
    ...(hidden > 0 ? [`… and ${count(hidden, 'failure')} more`] : []),
    ...(timing.tasks.length === 0 ? [] : [tasksSection(timing)]),
    '',
  ].join('\n\n')
}

function heading(
  { started, finished, plan }: RunRecord,
  failed: readonly TaskRecord[],
  wallMs: number,
): string {
  const name = ['kindling', started?.command, started?.environment].filter(Boolean).join(' ')
  const outcome = finished?.outcome ?? 'not finished'
  const sign = outcome === 'succeeded' ? '✅' : outcome === 'failed' ? '❌' : '🚫'
  const tests = new Set(plan?.tasks.filter(({ kind }) => kind === 'test').map(({ id }) => id))
  const whose = failed.every(({ id }) => tests.has(id)) ? 'the tests' : 'the environment'
  return `### ${sign} ${markdownText(name)}: ${outcome === 'failed' ? `${whose} failed` : outcome} in ${formatDuration(wallMs)}`
}

function failureSection(id: string, failure: TaskFailure | undefined, tail: readonly string[]): string {
  if (failure === undefined) return `**${markdownText(id)}** failed`
  const { message, code, where, hint, detail } = failure
  const words = detail ? detail.split('\n') : tail
  return [
    `**${markdownText(id)}**: ${markdownText(printable(message))} (${codeSpan(code)})`,
    ...(where === undefined ? [] : [`at ${codeSpan(printable(where))}`]),
    ...(hint === undefined ? [] : [`hint: ${markdownText(printable(hint))}`]),
    ...(words.length === 0 ? [] : [codeBlock(words.slice(-mostLines).map(printable))]),
  ].join('\n\n')
}

function tasksSection({ tasks, phases, path, wallMs }: RunTiming): string {
  const shown = tasks.slice(0, mostTasks)
  const onPath = new Set(path.steps.map(({ id }) => id))
  const rows = shown.map(({ id, interval, outcome, attempts }) => [
    onPath.has(id) ? `**${markdownText(id)}**` : markdownText(id),
    `${signs[outcome]} ${outcome}${attempts > 1 ? `, ${attempts} attempts` : ''}`,
    interval ? formatDuration(interval.startMs) : '',
    interval ? formatDuration(lengthOf(interval)) : '',
  ])
  const inPhases = phases
    .filter(({ interval }) => interval !== undefined)
    .map(({ phase, interval }) => `${markdownText(phase)} ${formatDuration(lengthOf(interval))}`)
  const more = tasks.length > shown.length ? `\n\n… and ${tasks.length - shown.length} more` : ''
  return [
    `Phases: ${inPhases.join(', ')}; critical path ${formatDuration(path.busyMs)} of ${formatDuration(wallMs)}, its tasks in bold.`,
    `<details><summary>${count(tasks.length, 'task')}</summary>`,
    `${markdownTable(['task', 'outcome', 'start', 'duration'], rows)}${more}`,
    '</details>',
  ].join('\n\n')
}
