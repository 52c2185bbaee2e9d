import { CommandError } from '../../exec/command-error.ts'
import type { Keep } from '../../operations/run/keep.ts'
import { withEnvironment } from '../../operations/with-environment.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { formatDuration } from '../../util/duration.ts'
import { type BringUpFlags, bringUpOptions } from '../bring-up-flags.ts'
import { coverageSummary } from '../coverage-summary.ts'
import { evidenceLine } from '../evidence-line.ts'
import { holderInput } from '../holder-input.ts'
import type { Chosen } from '../load-environment.ts'
import { printUp } from '../print-up.ts'
import { quietReporter } from '../run-reporters.ts'
import type { Session } from '../session.ts'

export interface HoldFlags extends BringUpFlags {
  readonly keep?: Keep
  readonly output: 'text' | 'json'
}

/**
 * `kindling up --hold`: an environment for whoever started this process, for as long as they hold its standard input
 * open. So it ends with them, however they end, and be it by `kill -9`.
 */
export async function holdCommand(session: Session, chosen: Chosen, flags: HoldFlags): Promise<void> {
  const { stdin, stderr, abort } = session
  const input = holderInput(stdin)
  const signal = AbortSignal.any([abort.signal, input.signal])
  let reporter: Reporter | undefined
  let isUp = false
  const closeReporter = async () => {
    const closing = reporter
    reporter = undefined
    await closing?.close?.()
  }
  const result = await withEnvironment({
    ...chosen,
    ...bringUpOptions(session, flags),
    ...(flags.keep === undefined ? {} : { keep: flags.keep }),
    host: await session.host(),
    signal,
    onProgress: (what) => stderr.write(`${what}\n`),
    onRemoved: (what) => stderr.write(`removed ${what}\n`),
    report: (directory) => {
      reporter = quietReporter(session, directory)
      return reporter.onEvent
    },
    use: async (up) => {
      isUp = true
      await closeReporter()
      printUp(session, chosen, up, flags)
      stderr.write(`${chosen.environment.name} is up, until standard input ends\n`)
      await aborted(signal)
      return abort.signal.aborted ? 'interrupted' : input.outcome()
    },
  })
    .catch((error: unknown) => {
      // Whoever wanted it is gone, or never was: what fails because of that is an interrupt like any other.
      const isItsEnd = error === input.signal.reason || isCancelled(error)
      if (isUp || !isItsEnd || abort.signal.aborted) throw error
      stderr.write(`${chosen.environment.name} was not brought up: standard input has ended\n`)
      abort.abort(input.signal.reason)
      throw error
    })
    .finally(async () => {
      await closeReporter()
      input.close()
    })
  session.exitCode = result.exitCode
  if (result.coverage !== undefined) stderr.write(`${coverageSummary(result.coverage, session)}\n`)
  if (result.handOver === undefined) printUp(session, chosen, result, flags)
  if (result.outcome === 'failed') stderr.write(evidenceLine(result, session.cwd))
  const { name } = chosen.environment
  stderr.write(
    result.isKept
      ? `${name} is kept: \`kindling down ${name}\` removes it\n`
      : `${name} was taken down in ${formatDuration(result.removalMs)}\n`,
  )
}

function isCancelled(error: unknown): boolean {
  return error instanceof CommandError && error.reason === 'cancelled'
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
