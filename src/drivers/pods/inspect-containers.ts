import type { CallOptions } from '../container-engine.ts'
import { type Labels, labelFilter, labels } from '../labels.ts'
import type { Podman } from '../podman/podman.ts'
import { quiet } from '../quiet.ts'

/** A container as podman describes it, as far as something is made of it here. */
export interface InspectedContainer {
  readonly Name: string
  readonly ImageName?: string
  readonly RestartCount?: number
  readonly State: {
    readonly Status: string
    readonly ExitCode: number
    readonly OOMKilled?: boolean
    readonly Error?: string
    readonly StartedAt?: string
    readonly FinishedAt?: string
  }
  readonly Config?: { readonly Labels?: Labels | null; readonly Env?: readonly string[] | null }
  readonly HostConfig?: {
    readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number }
  }
}

/** All containers of an environment, in whatever state, by name; those that hold a pod together are left out. */
export async function inspectContainers(
  podman: Podman,
  environment: string,
  options: CallOptions,
): Promise<readonly InspectedContainer[]> {
  const call = { ...quiet(options), isData: true }
  const own = { [labels.environment]: environment }
  const listed = await podman.run(['ps', '--all', ...labelFilter(own), '--format', '{{.Names}}'], call)
  const names = listed.stdout.split('\n').filter((name) => name !== '' && placeOf(environment, name))
  if (names.length === 0) return []
  // What has gone in between is no container any more; podman prints the others, and 125.
  const inspected = await podman.run(['container', 'inspect', ...names], { ...call, okExitCodes: [0, 125] })
  const containers = JSON.parse(inspected.stdout.trim() || '[]') as InspectedContainer[]
  return containers.toSorted((a, b) => a.Name.localeCompare(b.Name, 'en'))
}

/** Pod and container of a name that `containerName` made; `undefined` for any other name. */
export function placeOf(
  environment: string,
  name: string,
): { readonly pod: string; readonly container: string } | undefined {
  // No name of Kubernetes has a `_` in it; that of a pod's own container has two.
  const match = /^([^_]+)_([^_]+)$/.exec(name)
  const prefix = `${environment}-`
  const [, pod = '', container = ''] = match ?? []
  return pod.startsWith(prefix) ? { pod: pod.slice(prefix.length), container } : undefined
}

/** Whether podman is going to start it again. */
export function isStartedAgain({ State, HostConfig, RestartCount = 0 }: InspectedContainer): boolean {
  const { Name = '', MaximumRetryCount: most = 0 } = HostConfig?.RestartPolicy ?? {}
  if (Name !== 'on-failure') return Name === 'always'
  return State.ExitCode !== 0 && (most === 0 || RestartCount < most)
}
