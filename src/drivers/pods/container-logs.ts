import type { CallOptions } from '../container-engine.ts'
import {
  type ContainerLogs,
  type LoggedContainer,
  type LogLine,
  type LogSelection,
  parseLogLine,
} from '../container-logs.ts'
import { labels } from '../labels.ts'
import type { Podman } from '../podman/podman.ts'
import { quiet } from '../quiet.ts'
import { type InspectedContainer, inspectContainers, isStartedAgain, placeOf } from './inspect-containers.ts'
import { beginOf } from './log-pieces.ts'
import { containerName, podName } from './podman-args.ts'

/** One that only reads has nothing to clear away, milliseconds. */
const graceMs = 200

/** The logs of an environment's pods; podman keeps one for all runs of a container. */
export class PodLogs implements ContainerLogs {
  readonly #podman: Podman
  readonly #environment: string
  /** When the last run of each container began, by its name. */
  readonly #begins = new Map<string, string | undefined>()

  constructor(podman: Podman, environment: string) {
    this.#podman = podman
    this.#environment = environment
  }

  async containers(options: CallOptions): Promise<readonly LoggedContainer[]> {
    const inspected = await inspectContainers(this.#podman, this.#environment, options)
    return inspected.flatMap((container) => this.#logged(container) ?? [])
  }

  async read(
    { pod, container }: LoggedContainer,
    { tail, since, isPrevious = false, isFollowing = false }: LogSelection,
    onLine: (line: LogLine) => void,
    options: CallOptions,
  ): Promise<void> {
    const name = containerName(podName({ environment: this.#environment }, { name: pod }), {
      name: container,
    })
    const begin = this.#begins.get(name)
    const from = isPrevious ? since : latest(since, begin)
    const lines: LogLine[] = []
    const take = isFollowing ? onLine : (line: LogLine) => void lines.push(line)
    await this.#podman.run(
      [
        ...['logs', '--timestamps'],
        ...(isFollowing ? ['--follow'] : []),
        // Of a run before, the last lines are not the last of the log.
        ...(tail === undefined || isPrevious ? [] : ['--tail', `${tail}`]),
        ...(from === undefined ? [] : ['--since', from]),
        name,
      ],
      {
        ...quiet(options),
        isStream: true,
        graceMs,
        onLine: (_, raw) => {
          const line = parseLogLine(raw)
          if (line !== undefined && isIn(line, { isPrevious, begin })) take(line)
        },
      },
    )
    if (isFollowing) return
    // What goes to standard output and what goes to standard error come apart.
    const ordered = lines.sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
    for (const line of tail === undefined ? ordered : ordered.slice(-tail)) onLine(line)
  }

  #logged(inspected: InspectedContainer): LoggedContainer | undefined {
    const { Name, Config, State, RestartCount: restarts = 0 } = inspected
    const place = placeOf(this.#environment, Name)
    if (place === undefined) return undefined
    const startedAt = timeOf(State.StartedAt)
    const finishedAt = timeOf(State.FinishedAt)
    this.#begins.set(
      Name,
      beginOf({
        restarts,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(finishedAt === undefined ? {} : { finishedAt }),
      }),
    )
    return {
      ...place,
      service: Config?.Labels?.[labels.service] ?? '',
      isSystem: false,
      run: `${Name} ${startedAt ?? restarts}`,
      state: stateOf(inspected),
      hasPrevious: restarts > 0,
      ...(startedAt === undefined ? {} : { startedAt }),
    }
  }
}

function stateOf(container: InspectedContainer): LoggedContainer['state'] {
  const { Status } = container.State
  if (Status === 'running') return 'running'
  if (Status === 'created' || Status === 'initialized' || isStartedAgain(container)) return 'waiting'
  return 'ended'
}

/** The zero of Go's clock stands for a time that has not come. */
function timeOf(time: string | undefined): string | undefined {
  return time === undefined || time.startsWith('0001-') ? undefined : time
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Date.parse(a) > Date.parse(b) ? a : b
}

/** podman counts `since` in seconds: the exact limit is drawn here. */
function isIn(
  { time }: LogLine,
  { isPrevious, begin }: { readonly isPrevious: boolean; readonly begin: string | undefined },
): boolean {
  if (begin === undefined) return !isPrevious
  return Date.parse(time) < Date.parse(begin) === isPrevious
}
