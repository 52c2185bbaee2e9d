import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { displayPath } from '../diagnostics/format.ts'
import type { CiDialect } from '../reporters/ci-dialect.ts'
import { endReport } from '../reporters/end-report.ts'
import { otlpReporter, otlpTarget } from '../reporters/export/otlp-reporter.ts'
import { githubDialect } from '../reporters/github.ts'
import { gitlabDialect } from '../reporters/gitlab.ts'
import { junit } from '../reporters/junit.ts'
import { type LiveReporter, liveReporter } from '../reporters/live.ts'
import { multiplex } from '../reporters/multiplex.ts'
import { ndjsonReporter } from '../reporters/ndjson.ts'
import { plainReporter } from '../reporters/plain.ts'
import type { Reporter } from '../reporters/reporter.ts'
import { stepSummary } from '../reporters/step-summary.ts'
import { summaryReporter } from '../reporters/summary-reporter.ts'
import { taskLogReporter } from '../reporters/task-logs.ts'
import { timelineReporter } from '../reporters/timeline/timeline-reporter.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import { ciSystem, repositoryPath } from './ci-system.ts'
import type { Session } from './session.ts'
import { writeJunit } from './write-junit.ts'

/**
 * The reporter for the person who waits. A terminal that can move its cursor gets the live one; a pipe, a CI job or a
 * dumb terminal gets plain lines, in the way of the CI system where it is a known one.
 */
export async function terminalReporter(session: Session, { root }: Pick<Config, 'root'>): Promise<Reporter> {
  const { clock } = await session.host()
  if (isLiveTerminal(session)) return announcingThrough(session, liveReporter(session.stderr, clock))
  const dialect = dialectOf(session, root)
  return plainReporter(session.stderr, { clock, ...(dialect === undefined ? {} : { dialect }) })
}

/** What is told beside the run goes above the window as long as there is one. */
function announcingThrough(session: Session, live: LiveReporter): Reporter {
  const { announce } = session
  session.announce = live.print
  return {
    ...live,
    close: async () => {
      session.announce = announce
      await live.close?.()
    },
  }
}

function dialectOf({ env }: Session, root: string): CiDialect | undefined {
  switch (ciSystem(env)) {
    case 'github':
      return githubDialect(repositoryPath(env, root))
    case 'gitlab':
      return gitlabDialect()
    default:
      return undefined
  }
}

/** Whether there is somebody who can see a window at the bottom of the terminal. */
export function isLiveTerminal({ stderr, env }: Pick<Session, 'stderr' | 'env'>): boolean {
  const isCi = Boolean(env.CI) && env.CI !== 'false'
  return stderr.isTTY && !isCi && env.TERM !== 'dumb'
}

/** Puts a run's files, and what was asked for, beside the terminal's reporter; sends its trace where the environment says. */
export function runReporter(
  session: Session,
  run: RunDirectory,
  terminal: Reporter,
  ...more: readonly Reporter[]
): Reporter {
  const { stderr, cwd } = session
  const page = join(run.path, 'timeline.html')
  return together(session, run, [
    terminal,
    summaryReporter(stderr),
    ...wantedReports(session),
    timelineReporter(page, () => stderr.write(`\ntimeline: ${displayPath(page, cwd)}\n`)),
    ...more,
  ])
}

/** The same for a run whose lines come between those of another program: plain ones, and few. */
export function quietReporter(session: Session, run: RunDirectory): Reporter {
  const timeline = timelineReporter(join(run.path, 'timeline.html'), () => {})
  return together(session, run, [plainReporter(session.stderr), ...wantedReports(session), timeline])
}

function together(session: Session, run: RunDirectory, shown: readonly Reporter[]): Reporter {
  session.hasRun = true
  const target = otlpTarget(session.env)
  const reporters = [
    ndjsonReporter(run.events),
    taskLogReporter(run.logs),
    ...shown,
    ...(target === undefined ? [] : [otlpReporter(target)]),
  ]
  const all = multiplex(reporters, (reporter, error) => {
    session.announce(`warning: the reporter ${reporter.name} has failed: ${error}`)
  })
  session.flush = () => all.flush?.()
  return all
}

/** The reports that are asked for beside a run's own files. */
export function wantedReports({ env, wanted }: Pick<Session, 'env' | 'wanted'>): Reporter[] {
  const { GITHUB_STEP_SUMMARY: summaryFile } = env
  const { junitFile } = wanted
  return [
    ...(junitFile === undefined ? [] : [endReport('junit', junit, (text) => writeJunit(junitFile, text))]),
    ...(ciSystem(env) === 'github' && summaryFile
      ? [endReport('step summary', stepSummary, (text) => appendFileSync(summaryFile, text))]
      : []),
  ]
}
