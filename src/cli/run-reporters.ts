import { join } from 'node:path'
import { displayPath } from '../diagnostics/format.ts'
import { otlpReporter, otlpTarget } from '../reporters/export/otlp-reporter.ts'
import { liveReporter } from '../reporters/live.ts'
import { multiplex } from '../reporters/multiplex.ts'
import { ndjsonReporter } from '../reporters/ndjson.ts'
import { plainReporter } from '../reporters/plain.ts'
import type { Reporter } from '../reporters/reporter.ts'
import { summaryReporter } from '../reporters/summary-reporter.ts'
import { taskLogReporter } from '../reporters/task-logs.ts'
import { timelineReporter } from '../reporters/timeline/timeline-reporter.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import type { Session } from './session.ts'

/**
 * The reporters of a run: its files, and one for the person who waits. A terminal that can move its cursor gets the
 * live one; a pipe, a CI job or a dumb terminal gets plain lines.
 */
export async function terminalReporter(session: Session): Promise<Reporter> {
  const { stderr, env } = session
  const isLive = stderr.isTTY && !env.CI && env.TERM !== 'dumb'
  const { clock } = await session.host()
  return isLive ? liveReporter(stderr, clock) : plainReporter(stderr)
}

/** Puts a run's files beside the terminal's reporter, and sends its trace where the environment says. */
export function runReporter(
  session: Session,
  run: RunDirectory,
  terminal: Reporter,
  ...more: readonly Reporter[]
): Reporter {
  const { stderr, cwd, env } = session
  const page = join(run.path, 'timeline.html')
  const target = otlpTarget(env)
  const reporters = [
    ndjsonReporter(run.events),
    taskLogReporter(run.logs),
    terminal,
    summaryReporter(stderr),
    timelineReporter(page, () => stderr.write(`\ntimeline: ${displayPath(page, cwd)}\n`)),
    ...(target === undefined ? [] : [otlpReporter(target)]),
    ...more,
  ]
  return multiplex(reporters, (reporter, error) => {
    stderr.write(`warning: the reporter ${reporter.name} has failed: ${error}\n`)
  })
}
