import { displayPath } from '../../diagnostics/format.ts'
import { handOverDirectory } from '../../operations/hand-over/hand-over.ts'
import { up } from '../../operations/up.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { type BringUpFlags, bringUpOptions } from '../bring-up-flags.ts'
import { evidenceLine } from '../evidence-line.ts'
import type { Chosen } from '../load-environment.ts'
import { printUp } from '../print-up.ts'
import { watchRegressions } from '../regression-watch.ts'
import { runReporter, terminalReporter } from '../run-reporters.ts'
import type { Session } from '../session.ts'

export interface UpFlags extends BringUpFlags {
  readonly output: 'text' | 'json'
}

/** `kindling up`: progress on stderr; addresses, or one JSON object, on stdout. */
export async function upCommand(session: Session, chosen: Chosen, flags: UpFlags): Promise<void> {
  const { config, environment } = chosen
  const flagged = bringUpOptions(session, flags)
  const terminal = await terminalReporter(session, config)
  let reporter: Reporter | undefined
  const watch = watchRegressions(session, flags.failOnRegression)
  const result = await up({
    config,
    environment,
    ...flagged,
    host: await session.host(),
    signal: session.abort.signal,
    report: (directory) => {
      reporter = runReporter(session, directory, terminal, watch)
      return reporter.onEvent
    },
  }).finally(() => (reporter ?? terminal).close?.())
  const { outcome, handOver } = result
  const exitCode = watch.exitCode(result.exitCode)
  session.exitCode = exitCode
  printUp(session, chosen, { ...result, exitCode }, flags)
  const { stderr } = session
  if (flags.output === 'text' && handOver !== undefined) {
    const directory = displayPath(handOverDirectory(config, environment), session.cwd)
    stderr.write(
      `\nfor tests: ${directory}/env.json and .env\nto remove it all: kindling down ${environment.name}\n`,
    )
  }
  if (handOver !== undefined && flagged.isCoverage === true) {
    stderr.write(`coverage is collected and reported by \`kindling down ${environment.name}\`\n`)
  }
  if (outcome === 'failed') {
    stderr.write(
      `\nwhat is up was kept: fix the cause and run \`kindling up\` again, or \`kindling down ${environment.name}\`\n`,
    )
  }
  stderr.write(evidenceLine(result, session.cwd))
}
