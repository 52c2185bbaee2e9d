import type { CallOptions } from '../container-engine.ts'
import { type Labels, labelFilter, labels } from '../labels.ts'
import type { Podman } from '../podman/podman.ts'
import { quiet } from '../quiet.ts'

/** A pod as it stands. */
export interface PodState {
  readonly name: string
  readonly service: string
  readonly hash: string
  /** Every container runs, or has ended as it should: nothing to be made anew. */
  readonly isIntact: boolean
}

/** A container as it stands. */
export interface ContainerState {
  readonly name: string
  /** podman's own word, or `lost`: podman says that it runs, and can never find out that it does not. */
  readonly status: string
  readonly exitCode: number
  /** podman's own word for when it is started again; empty for never. */
  readonly restartPolicy: string
  readonly restarts: number
  readonly isOutOfMemory: boolean
  readonly hostPorts: HostPortOf
  /** When it was last started, and when it last ended, if it ever did: RFC 3339. */
  readonly startedAt?: string
  readonly finishedAt?: string
}

/** The host's port behind a container's port. */
export type HostPortOf = ReadonlyMap<number, number>

interface PodEntry {
  readonly Name: string
  readonly Labels?: Labels | null
  readonly Containers?: readonly { readonly Names: string; readonly Status: string }[] | null
}

interface ContainerEntry {
  readonly Name: string
  readonly RestartCount?: number
  readonly State: {
    readonly Status: string
    readonly ExitCode: number
    readonly Pid?: number
    readonly ConmonPid?: number
    readonly OOMKilled?: boolean
    readonly StartedAt?: string
    readonly FinishedAt?: string
  }
  readonly HostConfig?: { readonly RestartPolicy?: { readonly Name?: string } }
  readonly NetworkSettings?: { readonly Ports?: Ports | null }
}

type Ports = Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>

/** Whether there is no process of this number any more. */
export type IsGone = (pid: number) => boolean

/** Reads the state of an environment's pods and containers. */
export class PodObserver {
  readonly #podman: Podman
  readonly #owner: Labels
  readonly #isGone: IsGone

  /** Without `isGone`, whatever podman says is believed: its containers may be on another machine. */
  constructor(podman: Podman, owner: Labels, isGone: IsGone = () => false) {
    this.#podman = podman
    this.#owner = owner
    this.#isGone = isGone
  }

  /** The pods of a service, or of all of them. */
  async pods(service: string | undefined, options: CallOptions): Promise<PodState[]> {
    const entries = await this.#podman.json<PodEntry[]>(
      ['pod', 'ps', ...labelFilter(this.#owner), '--format', 'json'],
      quiet(options),
    )
    const ours = entries.filter((entry) => service === undefined || serviceOf(entry) === service)
    const names = ours.flatMap(({ Containers }) => (Containers ?? []).map(({ Names }) => Names))
    const containers = names.length === 0 ? [] : await this.containers(names, options)
    const states = new Map(containers.map((container) => [container.name, container]))
    return ours.map((entry) => ({
      name: entry.Name,
      service: serviceOf(entry),
      hash: entry.Labels?.[labels.hash] ?? '',
      isIntact: isIntact(entry, states),
    }))
  }

  /** These containers as they stand; those that do not exist are left out. */
  async containers(names: readonly string[], options: CallOptions): Promise<ContainerState[]> {
    const entries = await this.#inspect(names, options)
    const lost = await this.#lost(entries, options)
    return entries.map((entry) => ({
      name: entry.Name,
      status: lost.has(entry.Name) ? 'lost' : entry.State.Status,
      exitCode: entry.State.ExitCode,
      restartPolicy: entry.HostConfig?.RestartPolicy?.Name ?? '',
      restarts: entry.RestartCount ?? 0,
      isOutOfMemory: entry.State.OOMKilled === true,
      hostPorts: new Map(hostPortsOf(entry.NetworkSettings?.Ports ?? {})),
      ...timeOf('startedAt', entry.State.StartedAt),
      ...timeOf('finishedAt', entry.State.FinishedAt),
    }))
  }

  async #inspect(names: readonly string[], options: CallOptions): Promise<ContainerEntry[]> {
    const { stdout } = await this.#podman.run(['container', 'inspect', ...names], {
      ...quiet(options),
      isData: true,
      // Some of them missing is an answer: podman prints the others, and 125.
      okExitCodes: [0, 125],
    })
    return JSON.parse(stdout.trim() || '[]') as ContainerEntry[]
  }

  /**
   * Those that run by what podman knows, though neither their process is there nor the one that would have told podman of
   * its end. One that ends in this very moment looks the same, but not for long.
   */
  async #lost(entries: readonly ContainerEntry[], options: CallOptions): Promise<ReadonlySet<string>> {
    const suspects = entries.filter((entry) => this.#seemsLost(entry)).map(({ Name }) => Name)
    if (suspects.length === 0) return new Set()
    const again = await this.#inspect(suspects, options)
    return new Set(again.filter((entry) => this.#seemsLost(entry)).map(({ Name }) => Name))
  }

  #seemsLost({ State: { Status, Pid = 0, ConmonPid = 0 } }: ContainerEntry): boolean {
    return Status === 'running' && Pid > 0 && ConmonPid > 0 && this.#isGone(Pid) && this.#isGone(ConmonPid)
  }
}

function isIntact(pod: PodEntry, states: ReadonlyMap<string, ContainerState>): boolean {
  const listed = pod.Containers ?? []
  if (listed.some(({ Status }) => Status === 'created' || Status === 'stopped')) return false
  // Whether what has ended was meant to shows in its exit code, and in whether it was to be restarted.
  return listed
    .flatMap(({ Names }) => states.get(Names) ?? [])
    .every(
      ({ status, exitCode, restartPolicy }) =>
        status === 'running' || (status !== 'lost' && exitCode === 0 && restartPolicy !== 'always'),
    )
}

function serviceOf(pod: PodEntry): string {
  return pod.Labels?.[labels.service] ?? ''
}

function hostPortsOf(ports: Ports): [number, number][] {
  return Object.entries(ports).flatMap(([container, bindings]) =>
    (bindings ?? []).map(({ HostPort }): [number, number] => [
      Number.parseInt(container, 10),
      Number(HostPort),
    ]),
  )
}

/** The zero of Go's clock stands for a time that has not come. */
function timeOf(
  field: 'startedAt' | 'finishedAt',
  time: string | undefined,
): Pick<ContainerState, typeof field> {
  return time === undefined || time.startsWith('0001-') ? {} : { [field]: time }
}
