import { liveReporter } from '../reporters/live.ts'
import { multiplex } from '../reporters/multiplex.ts'
import { ndjsonReporter } from '../reporters/ndjson.ts'
import { plainReporter } from '../reporters/plain.ts'
import type { Reporter } from '../reporters/reporter.ts'
import { summaryReporter } from '../reporters/summary-reporter.ts'
import { taskLogReporter } from '../reporters/task-logs.ts'
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

/** Puts a run's files beside the terminal's reporter. */
export function runReporter(session: Session, run: RunDirectory, terminal: Reporter): Reporter {
  const reporters = [
    ndjsonReporter(run.events),
    taskLogReporter(run.logs),
    terminal,
    summaryReporter(session.stderr),
  ]
  return multiplex(reporters, (reporter, error) => {
    session.stderr.write(`warning: the reporter ${reporter.name} has failed: ${error}\n`)
  })
}
