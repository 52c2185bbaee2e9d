import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { quiet } from '../quiet.ts'

/** Where in every node of a cluster of ours its mark can be seen. */
export const markMountPoint = '/kindling'

const clusterLabel = 'io.x-k8s.kind.cluster'
const roleLabel = 'io.x-k8s.kind.role'

/** Balances the load on several control planes; it runs no Kubernetes. */
export const loadBalancerRole = 'external-load-balancer'

/** A container of a Kind cluster. */
export interface KindNode {
  readonly id: string
  /** Also the name that Kubernetes has for the node. */
  readonly name: string
  readonly role: string
  /** The engine's word for it: `running`, `exited`, `created`. */
  readonly status: string
  /** The host's directory that is mounted as its mark. */
  readonly mark: string | undefined
}

/** As much as podman and docker agree on. */
interface InspectedContainer {
  readonly Id: string
  readonly Name: string
  readonly State: { readonly Status: string }
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null }
  readonly Mounts: readonly { readonly Source: string; readonly Destination: string }[] | null
}

/** All containers of the cluster of exactly this name, in whatever state, by name. */
export async function findNodes(
  engine: EngineProgram,
  cluster: string,
  options: CallOptions,
): Promise<readonly KindNode[]> {
  const call = { ...quiet(options), isData: true }
  const filter = `label=${clusterLabel}=${cluster}`
  const { stdout } = await engine.run(['ps', '--all', '--quiet', '--no-trunc', '--filter', filter], call)
  const ids = stdout.split('\n').filter(Boolean)
  if (ids.length === 0) return []
  // What has gone in between makes it fail, and the rest is told all the same.
  const inspected = await engine.run(['container', 'inspect', ...ids], { ...call, okExitCodes: [0, 1, 125] })
  return (JSON.parse(inspected.stdout || '[]') as InspectedContainer[])
    .filter(({ Config }) => Config.Labels?.[clusterLabel] === cluster)
    .map(({ Id, Name, State, Config, Mounts }) => ({
      id: Id,
      name: Name.replace(/^\//, ''),
      role: Config.Labels?.[roleLabel] ?? '',
      status: State.Status,
      mark: Mounts?.find(({ Destination }) => Destination === markMountPoint)?.Source,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
}
