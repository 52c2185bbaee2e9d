import type { CallOptions } from './container-engine.ts'
import { reasonOf } from './evidence.ts'

/** A container of an environment that has a log, or is going to have one. */
export interface LoggedContainer {
  /** Empty for what no service of the configuration has made itself, such as the pods of an operator. */
  readonly service: string
  /** Absent where there are no namespaces. */
  readonly namespace?: string
  readonly pod: string
  readonly container: string
  /** Whether it is the cluster's own. */
  readonly isSystem: boolean
  /** Of the container as it was last started; another one after each restart. */
  readonly run: string
  /** `waiting` for its first start, or for the next one. */
  readonly state: 'waiting' | 'running' | 'ended'
  /** Whether it ran before, and was started again. */
  readonly hasPrevious: boolean
  /** When it was last started, RFC 3339. */
  readonly startedAt?: string
}

/** Which part of a log is meant; of a container that was restarted, that of its last run. */
export interface LogSelection {
  /** At most so many lines, the last ones; absent for all. */
  readonly tail?: number
  /** Nothing that was printed before this time, RFC 3339. */
  readonly since?: string
  /** Instead, what was printed before it was last started. */
  readonly isPrevious?: boolean
  /** Goes on with what is printed from now on, until the container ends. */
  readonly isFollowing?: boolean
}

export interface LogLine {
  /** When it was printed, RFC 3339. */
  readonly time: string
  /** As printed, secrets and all. */
  readonly text: string
}

/** The logs of an environment that was brought up, found by its labels alone. */
export interface ContainerLogs {
  /** Every container there is, init containers too; none when nothing is up. */
  containers(options: CallOptions): Promise<readonly LoggedContainer[]>
  /** Tells each line; resolves at the end of the log. Rejects when there is none any more. */
  read(
    container: LoggedContainer,
    selection: LogSelection,
    onLine: (line: LogLine) => void,
    options: Pick<CallOptions, 'signal' | 'timeoutMs'>,
  ): Promise<void>
}

/** A line with the time before it, as engines and clusters print them; `undefined` for what is none. */
export function parseLogLine(line: string): LogLine | undefined {
  const space = line.indexOf(' ')
  const time = space < 0 ? line : line.slice(0, space)
  if (Number.isNaN(Date.parse(time))) return undefined
  return { time, text: space < 0 ? '' : line.slice(space + 1) }
}

/** Why the log of a container cannot be read, with its name. */
export function describeLogProblem(
  { pod, container }: Pick<LoggedContainer, 'pod' | 'container'>,
  error: unknown,
): string {
  const name = `${pod}/${container}`
  const reason = reasonOf(error)
  return reason.includes(name) ? reason : `${name}: ${reason}`
}
