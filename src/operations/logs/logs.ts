import type { Config, Environment } from '../../config/config.ts'
import {
  type ContainerLogs,
  describeLogProblem,
  type LoggedContainer,
  type LogLine,
  type LogSelection,
} from '../../drivers/container-logs.ts'
import { engineNames } from '../../drivers/engines.ts'
import { inParallel } from '../../util/in-parallel.ts'
import { environmentId } from '../environment-id.ts'
import { masksOf } from '../generated/masks.ts'
import { storedValues } from '../generated/value-store.ts'
import { handOverDirectory } from '../hand-over/hand-over.ts'
import type { Host } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import { findProvider } from '../providers/providers.ts'
import { followLogs } from './follow-logs.ts'

export interface LogsOptions {
  readonly host: Host
  readonly config: Config
  readonly environment: Environment
  /** Absent means all. */
  readonly services?: readonly string[]
  /** Of each container, at most so many lines, the last ones; absent for all. */
  readonly tail?: number
  /** Only what was printed from then on, RFC 3339. */
  readonly since?: string
  /** Instead, what containers that were restarted have printed before. */
  readonly isPrevious?: boolean
  /** Goes on with what is printed from now on, until every container has ended or the signal is aborted. */
  readonly isFollowing?: boolean
  readonly signal: AbortSignal
  /** Takes each line, without what was generated for the environment. */
  readonly onLine: (container: LoggedContainer, line: LogLine) => void
  /** Told, in a sentence, what cannot be read. */
  readonly onProblem: (text: string) => void
}

/** Logs read at a time. */
const atOnce = 8

/**
 * Reads the logs of an environment's containers: by time, those of all containers together; followed, as they come.
 * Resolves with whether any of them has been restarted. Throws `OperationError` when the environment is not up.
 */
export async function logs(options: LogsOptions): Promise<{ readonly wasRestarted: boolean }> {
  const { host, services, isPrevious = false, isFollowing = false, signal } = options
  const source = await openLogs(options)
  const isWanted = ({ service, isSystem }: LoggedContainer) =>
    services === undefined ? !isSystem : services.includes(service)
  const list = async () => (await source.containers({ signal })).filter(isWanted)
  const onLine = (container: LoggedContainer, { time, text }: LogLine) =>
    options.onLine(container, { time, text: host.generatedRedactor.redact(text) })
  const { tail, since } = options
  const selection: LogSelection = {
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since }),
  }
  if (isFollowing) {
    const isThere = () => recordOf(options) !== undefined
    await followLogs(source, list, selection, { ...options, onLine, isThere, clock: host.clock })
    return { wasRestarted: false }
  }
  const all = await list()
  const containers = all.filter(isPrevious ? hasPrevious : hasLog)
  const lines: { readonly container: LoggedContainer; readonly line: LogLine; readonly ms: number }[] = []
  await inParallel(atOnce, containers, async (container) => {
    const take = (line: LogLine) => void lines.push({ container, line, ms: Date.parse(line.time) })
    try {
      await source.read(container, { ...selection, isPrevious }, take, { signal })
    } catch (error) {
      if (signal.aborted) throw error
      options.onProblem(describeLogProblem(container, error))
    }
  })
  for (const { container, line } of lines.sort((a, b) => a.ms - b.ms)) onLine(container, line)
  return { wasRestarted: all.some(hasPrevious) }
}

async function openLogs(options: LogsOptions): Promise<ContainerLogs> {
  const { host, config, environment, signal } = options
  const record = recordOf(options)
  const provider = record === undefined ? undefined : await findProvider(record.provider)
  if (record === undefined || provider === undefined) {
    const { name } = environment
    throw new OperationError(
      'E_ENVIRONMENT_DOWN',
      `${name} is not up: it has no containers with logs`,
      `bring it up first: \`kindling up ${name}\`; what earlier runs have left is in .kindling/runs`,
    )
  }
  const { id } = record
  for (const mask of masksOf(storedValues(host.generatedFile(id)))) host.generatedRedactor.add(mask)
  const preference = engineNames.find((name) => name === record.engine)
  const engine = await provider.openEngine(host, host.exec(), { signal, preference })
  return provider.inspect({ host, id, engine, handOverDirectory: handOverDirectory(config, environment) })
    .logs
}

function recordOf({ host, config, environment }: LogsOptions) {
  return host.store.read(environmentId(config, environment))
}

function hasPrevious(container: LoggedContainer): boolean {
  return container.hasPrevious
}

function hasLog({ state, hasPrevious: hasRun }: LoggedContainer): boolean {
  return state !== 'waiting' || hasRun
}
