import type { TaskFailure } from '../../engine/events.ts'
import type { RunRecord, TaskRecord } from '../../engine/records.ts'
import { consequences } from '../../reporters/failures.ts'
import { codeBlock, codeSpan } from '../../reporters/markdown.ts'
import { printable } from '../../reporters/printable.ts'
import { formatSummary } from '../../reporters/summary.ts'
import { formatDuration } from '../../util/duration.ts'
import type { Finding } from './collect.ts'

export interface IndexPage {
  readonly record: RunRecord
  readonly findings: readonly Finding[]
  /** Below the page's own directory. */
  readonly evidenceDirectory: string
  /** Files and directories that tell more of a task, below the page's own directory. */
  readonly linksOf: (task: string) => readonly string[]
  /** The end of what a task has printed. */
  readonly outputOf: (task: string) => string
  /** Further files of the run. */
  readonly files: readonly string[]
}

/** As wide as what is read in an editor. */
const columns = 110

/** What a run has come to, as Markdown: what went wrong comes first, then what followed from it, then what there is. */
export function indexPage(page: IndexPage): string {
  const { record, findings } = page
  const ended = [...record.tasks.values()]
  const roots = ended.filter(({ outcome }) => outcome === 'failed' || outcome === 'timed-out')
  const sections = [
    head(record),
    ...(roots.length === 0
      ? []
      : [['## What went wrong', ...roots.flatMap((root, i) => rootLines(root, i + 1, page))]]),
    ...listed('## What was seen besides', unique(findings.flatMap(({ notes }) => notes))),
    ...listed('## What followed from it', [...consequences(record, codeSpan), ...notUndone(record)]),
    ...listed('## What was running', [...record.open.keys()].map(codeSpan)),
    ...(record.plan === undefined
      ? []
      : [['## Where the time went', block(formatSummary(record, { columns, color: false }))]]),
    ...listed('## What could not be gathered', findings.flatMap(missing)),
    gathered(page),
  ]
  return `${sections.map((lines) => lines.join('\n\n')).join('\n\n')}\n`
}

function head({ started, finished, tasks, lastMs }: RunRecord): string[] {
  const { command = 'run', environment, run = '', startedAt = 0 } = started ?? {}
  const what = [command, environment].filter(Boolean).join(' ')
  const hasFailed = [...tasks.values()].some(({ outcome }) => outcome === 'failed' || outcome === 'timed-out')
  const took = formatDuration(finished?.durationMs ?? lastMs)
  return [
    `# ${what}: ${finished?.outcome ?? (hasFailed ? 'failed' : 'not finished')}`,
    `Run ${codeSpan(run)}, started ${new Date(startedAt).toISOString()}, ${took} long.`,
  ]
}

function rootLines(
  { id, outcome, startMs = 0, endMs, failure }: TaskRecord,
  number: number,
  page: IndexPage,
) {
  const after = formatDuration(endMs - startMs)
  const how = outcome === 'timed-out' ? 'did not end in time' : 'failed'
  return [
    `### ${number}. ${codeSpan(id)} ${how} after ${after}`,
    ...failureLines(failure, page.linksOf(id)),
    ...outputLines(page.outputOf(id), failure?.detail ?? ''),
  ]
}

function failureLines(failure: TaskFailure | undefined, links: readonly string[]): string[] {
  const look = links.length === 0 ? [] : [`- look at ${links.map((path) => link(path)).join(', ')}`]
  if (failure === undefined) return look
  const { message, code: errorCode, where, detail, hint } = failure
  const text = printable(message)
  // A message of several lines is the tool's own.
  const said = text.includes('\n')
    ? [block(text), `(${codeSpan(errorCode)})`]
    : [`${text} (${codeSpan(errorCode)})`]
  return [
    ...said,
    ...bullets([
      ...(where === undefined ? [] : [`- at ${codeSpan(oneLine(where))}`]),
      ...(hint === undefined ? [] : [`- what to do: ${oneLine(hint)}`]),
      ...look,
    ]),
    ...(detail === undefined || detail.trim() === '' ? [] : [block(printable(detail))]),
  ]
}

/** What is not said in the failure's own detail. */
function outputLines(output: string, detail: string): string[] {
  const known = new Set(detail.split('\n').map((line) => line.trim()))
  const isNew = output.split('\n').some((line) => !known.has(line.trim()))
  return isNew ? ['The end of its output:', block(printable(output))] : []
}

function notUndone({ teardown }: RunRecord): string[] {
  return (teardown?.failures ?? []).map(
    ({ task, message }) => `could not be undone: ${codeSpan(task)}: ${oneLine(message)}`,
  )
}

function missing({ title, problem }: Finding): string[] {
  return problem === undefined ? [] : problem.split('\n').map((line) => `${title}: ${oneLine(line)}`)
}

function gathered({ findings, evidenceDirectory, files }: IndexPage): string[] {
  const rows = findings.map(
    ({ title, files: of }) =>
      `- ${title}: ${of.length === 0 ? 'nothing' : of.map((file) => link(`${evidenceDirectory}/${file}`, file)).join(', ')}`,
  )
  return [
    '## What there is',
    [`- of the run: ${files.map((file) => link(file)).join(', ')}`, ...rows].join('\n'),
  ]
}

function listed(title: string, lines: readonly string[]): string[][] {
  return lines.length === 0 ? [] : [[title, lines.map((line) => `- ${oneLine(line)}`).join('\n')]]
}

/** Lines of one list; no list at all when there are none. */
function bullets(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [lines.join('\n')]
}

function link(path: string, text: string = path): string {
  return `[${text}](${path})`
}

/** Text of tools among the words of the page. */
function block(text: string): string {
  return codeBlock(text.trimEnd().split('\n'))
}

function oneLine(text: string): string {
  return printable(text)
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
