import { servicesOf } from '../../config/select.ts'
import { suggestion } from '../../diagnostics/suggest.ts'
import type { LoggedContainer, LogLine } from '../../drivers/container-logs.ts'
import { logs } from '../../operations/logs/logs.ts'
import { InvalidInput } from '../../operations/operation-error.ts'
import { loadEnvironment } from '../load-environment.ts'
import { logPrefixes } from '../log-prefix.ts'
import type { Session } from '../session.ts'

export interface LogsFlags {
  readonly file?: string
  readonly environment?: string
  readonly follow?: boolean
  readonly tail?: number
  readonly since?: string
  readonly previous?: boolean
  readonly timestamps?: boolean
  readonly output: 'text' | 'json'
}

/** `kindling logs`: lines of containers on stdout, each with the container before it, or as an object of JSON. */
export async function logsCommand(
  session: Session,
  names: readonly string[],
  flags: LogsFlags,
): Promise<void> {
  const { config, environment } = await loadEnvironment(session, flags.environment, flags)
  const services = servicesOf(config, environment)
  refuseUnknown(names, services)
  const isFollowing = flags.follow === true
  session.isInterruptOrdinary = isFollowing
  const { stdout, stderr } = session
  const format = flags.output === 'json' ? asJson : textFormat(session, flags.timestamps === true)
  let lines = 0
  let wasRestarted = false
  try {
    const read = await logs({
      host: await session.host(),
      config,
      environment,
      ...(names.length === 0 ? {} : { services: names }),
      ...(flags.tail === undefined ? {} : { tail: flags.tail }),
      ...(flags.since === undefined ? {} : { since: flags.since }),
      isPrevious: flags.previous === true,
      isFollowing,
      signal: AbortSignal.any([session.abort.signal, session.unread]),
      onLine: (container, line) => {
        lines++
        stdout.write(format(container, line))
      },
      onProblem: (text) => stderr.write(`warning: ${text}\n`),
    })
    wasRestarted = read.wasRestarted
  } catch (error) {
    // Whoever reads no more has got what was wanted.
    if (!session.unread.aborted) throw error
  }
  if (lines > 0 || isFollowing) return
  const steps = services.filter(({ name, step }) => step !== undefined && names.includes(name))
  for (const { name } of steps)
    stderr.write(`${name} is a step: what it printed is in .kindling/runs, in the logs of its run\n`)
  if (steps.length < names.length || names.length === 0)
    stderr.write(`nothing has been printed${wasRestarted ? beforeRestart(flags) : ''}\n`)
}

function beforeRestart({ previous }: LogsFlags): string {
  return previous === true ? '' : ' since the last start; --previous shows what was before it'
}

function refuseUnknown(names: readonly string[], services: readonly { readonly name: string }[]): void {
  const known = services.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new InvalidInput(
    unknown.map((name) => ({
      code: 'E_CONFIG_UNKNOWN_NAME',
      severity: 'error',
      message: `there is no service \`${name}\` in this environment`,
      hint: suggestion(name, known, 'services'),
    })),
  )
}

function asJson(
  { service, namespace, pod, container }: LoggedContainer,
  { time, text: line }: LogLine,
): string {
  const place = { service, ...(namespace === undefined ? {} : { namespace }), pod, container }
  return `${JSON.stringify({ time, ...place, line })}\n`
}

function textFormat(
  { stdout }: Session,
  hasTimes: boolean,
): (container: LoggedContainer, line: LogLine) => string {
  const prefix = logPrefixes(stdout)
  return (container, { time, text }) => `${prefix(container)}${hasTimes ? `${time} ` : ''}${text}\n`
}
