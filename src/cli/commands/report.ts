import { dirname, resolve } from 'node:path'
import type { RunEvent } from '../../engine/events.ts'
import { InvalidInput } from '../../operations/operation-error.ts'
import { findRun, type KnownRun, listRuns, newestRun, overviewOf, runBefore } from '../../operations/runs.ts'
import { type FormatName, formatOfFile, loadFormat } from '../../reporters/formats.ts'
import { readEvents } from '../../reporters/ndjson.ts'
import { formatTable } from '../../reporters/table.ts'
import { formatDuration } from '../../util/duration.ts'
import { writeWhole } from '../../util/write-whole.ts'
import type { Session } from '../session.ts'

export interface ReportFlags {
  readonly file?: string
  readonly list?: boolean
  readonly format?: FormatName
  readonly output?: string
  readonly compare?: string
}

/** `kindling report`: an earlier run told again, from its events alone. */
export async function reportCommand(
  session: Session,
  name: string | undefined,
  flags: ReportFlags,
): Promise<void> {
  const { cwd, stdout, stderr } = session
  const runs = listRuns(cwd, flags.file)
  if (flags.list === true) {
    if (runs.length === 0) stderr.write('there are no runs here\n')
    else stdout.write(runTable(runs, stdout.isTTY ? stdout.columns : Number.MAX_SAFE_INTEGER))
    return
  }
  const run = name === undefined ? newestRun(runs) : findRun(name, runs, cwd)
  const before = flags.compare === undefined ? undefined : compared(flags.compare, run, runs, cwd)
  const output = flags.output === undefined ? undefined : resolve(cwd, flags.output)
  const format = flags.format ?? (output === undefined ? undefined : formatOfFile(output)) ?? 'text'
  const [events, earlier, render] = await Promise.all([
    eventsOf(run),
    before === undefined ? undefined : eventsOf(before),
    loadFormat(format),
  ])
  const text = render(events, {
    ...(earlier === undefined ? {} : { compareWith: earlier }),
    columns: stdout.columns,
    color: output === undefined && stdout.color,
  })
  if (output === undefined) stdout.write(text)
  else write(output, text)
}

/** `previous`, or whatever names a run. */
function compared(name: string, run: KnownRun, runs: readonly KnownRun[], cwd: string): KnownRun {
  return name === 'previous' ? runBefore(run, runs) : findRun(name, runs, cwd)
}

async function eventsOf({ events }: KnownRun): Promise<RunEvent[]> {
  const hint = 'name the directory of a run, or its events.ndjson'
  try {
    const all = await readEvents(events)
    if (all[0]?.type === 'run-started') return all
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error), hint)
  }
  throw invalid(`${events} does not begin as the events of a run do`, hint)
}

function write(file: string, text: string): void {
  try {
    writeWhole(file, text, 0o600)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: `there is no directory ${dirname(file)}`,
      ENOTDIR: `${dirname(file)} is not a directory`,
      EISDIR: 'it is a directory',
      EACCES: 'permission denied',
    }
    const reason = reasons[code ?? ''] ?? message
    throw invalid(`cannot write the report to ${file}: ${reason}`, 'name a file in a directory that exists')
  }
}

function invalid(message: string, hint: string): InvalidInput {
  return new InvalidInput([{ code: 'E_RUN_FILE', severity: 'error', message, hint }])
}

/** One line for each, newest first. */
function runTable(runs: readonly KnownRun[], columns: number): string {
  const rows = runs.map((run) => {
    const { id, started, finished } = overviewOf(run)
    return [
      id,
      started === undefined ? '?' : new Date(started.startedAt).toISOString().slice(0, 16).replace('T', ' '),
      started?.command ?? '?',
      started?.environment ?? '',
      finished?.outcome ?? 'not finished',
      finished === undefined ? '-' : formatDuration(finished.durationMs),
    ]
  })
  const left = ['run', 'started (UTC)', 'command', 'environment', 'outcome'].map((title) => {
    return { title, align: 'left', isFlexible: title === 'environment' } as const
  })
  const lines = formatTable([...left, { title: 'duration', align: 'right' }], rows, columns)
  return `${lines.join('\n')}\n`
}
