import { resultObject } from '../../operations/hand-over/result-object.ts'
import type { Keep } from '../../operations/run/keep.ts'
import { test } from '../../operations/test.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { formatDuration } from '../../util/duration.ts'
import { type BringUpFlags, bringUpOptions } from '../bring-up-flags.ts'
import { coverageSummary } from '../coverage-summary.ts'
import { evidenceLine } from '../evidence-line.ts'
import type { Chosen } from '../load-environment.ts'
import { watchRegressions } from '../regression-watch.ts'
import { runReporter, terminalReporter } from '../run-reporters.ts'
import type { Session } from '../session.ts'

export interface TestFlags extends BringUpFlags {
  readonly keep?: Keep
  readonly output: 'text' | 'json'
}

/** `kindling test`: progress and what the tests print on stderr; with `--output json` one object on stdout. */
export async function testCommand(
  session: Session,
  chosen: Chosen,
  run: readonly string[],
  flags: TestFlags,
): Promise<void> {
  const { config, environment } = chosen
  const flagged = bringUpOptions(session, flags)
  const terminal = await terminalReporter(session, config)
  let reporter: Reporter | undefined
  const { stdout, stderr } = session
  const watch = watchRegressions(session, flags.failOnRegression)
  const result = await test({
    config,
    environment,
    ...flagged,
    run,
    ...(flags.keep === undefined ? {} : { keep: flags.keep }),
    host: await session.host(),
    signal: session.abort.signal,
    onProgress: (what) => void stderr.write(`${what}\n`),
    onRemoved: (what) => void stderr.write(`removed ${what}\n`),
    report: (directory) => {
      reporter = runReporter(session, directory, terminal, watch)
      return reporter.onEvent
    },
  }).finally(() => (reporter ?? terminal).close?.())
  const { isKept, keepUntil, removalMs, coverage } = result
  const exitCode = watch.exitCode(result.exitCode)
  session.exitCode = exitCode
  if (flags.output === 'json') {
    const told = resultObject(chosen, { ...result, exitCode })
    stdout.write(`${JSON.stringify(told, null, 2)}\n`)
  }
  if (coverage !== undefined) stderr.write(coverageSummary(coverage, session))
  if (!isKept) stderr.write(`\n${environment.name} was taken down in ${formatDuration(removalMs)}\n`)
  if (isKept) {
    const limit =
      keepUntil === undefined
        ? ''
        : ` for ${formatDuration(keepUntil - (await session.host()).clock.epochMs())}`
    stderr.write(`\n${environment.name} is kept${limit}: \`kindling down ${environment.name}\` removes it\n`)
  }
  stderr.write(evidenceLine(result, session.cwd))
}
