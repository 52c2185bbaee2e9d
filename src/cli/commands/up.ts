import { displayPath } from '../../diagnostics/format.ts'
import type { HandOver } from '../../operations/hand-over.ts'
import { handOverDirectory } from '../../operations/hand-over.ts'
import { up } from '../../operations/up.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { type BringUpFlags, bringUpOptions } from '../bring-up-flags.ts'
import { evidenceLine } from '../evidence-line.ts'
import { failedTasks } from '../failed-tasks.ts'
import { loadEnvironment } from '../load-environment.ts'
import { watchRegressions } from '../regression-watch.ts'
import { runReporter, terminalReporter } from '../run-reporters.ts'
import type { Session } from '../session.ts'

export interface UpFlags extends BringUpFlags {
  readonly output: 'text' | 'json'
}

/** `kindling up`: progress on stderr; addresses, or one JSON object, on stdout. */
export async function upCommand(session: Session, name: string | undefined, flags: UpFlags): Promise<void> {
  const { config, environment } = await loadEnvironment(session, name, flags)
  const terminal = await terminalReporter(session, config)
  let reporter: Reporter | undefined
  const watch = watchRegressions(session, flags.failOnRegression)
  const result = await up({
    config,
    environment,
    ...bringUpOptions(session, flags),
    host: await session.host(),
    signal: session.abort.signal,
    report: (directory) => {
      reporter = runReporter(session, directory, terminal, watch)
      return reporter.onEvent
    },
  }).finally(() => (reporter ?? terminal).close?.())
  const { handOver, run, outcome, evidenceIndex } = result
  const exitCode = watch.exitCode(result.exitCode)
  session.exitCode = exitCode
  const { stdout, stderr } = session
  if (flags.output === 'json') {
    const evidence = evidenceIndex === undefined ? {} : { evidence: evidenceIndex }
    const told = {
      outcome,
      exitCode,
      run: run.id,
      runDirectory: run.path,
      ...failedTasks(result),
      ...evidence,
      ...handOver,
    }
    stdout.write(`${JSON.stringify(told, null, 2)}\n`)
  } else if (handOver !== undefined) {
    stdout.write(addresses(handOver))
    const directory = displayPath(handOverDirectory(config, environment), session.cwd)
    stderr.write(
      `\nfor tests: ${directory}/env.json and .env; \`kindling down ${environment.name}\` removes it all\n`,
    )
  }
  if (outcome === 'failed') {
    stderr.write(
      `\nwhat stands was kept: fix and run \`kindling up\` again, or \`kindling down ${environment.name}\`\n`,
    )
  }
  stderr.write(evidenceLine(result, session.cwd))
}

function addresses({ services }: HandOver): string {
  const lines = Object.entries(services).flatMap(([service, { ports }]) =>
    Object.entries(ports).map(([port, { url }]) => [`${service}.${port}`, url] as const),
  )
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  return lines.map(([name, url]) => `${name.padEnd(width)}  ${url}\n`).join('')
}
