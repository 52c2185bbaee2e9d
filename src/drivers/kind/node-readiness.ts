import { CommandError } from '../../exec/command-error.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { quiet } from '../quiet.ts'
import { type KindNode, loadBalancerRole } from './nodes.ts'

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string }
    readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
  }[]
}

const kubectl = ['kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', '--request-timeout=5s']
const execTimeoutMs = 15_000

/** Whether the API server answers, and says of every node that its kubelet is there and well. */
export async function isReady(
  engine: EngineProgram,
  nodes: readonly KindNode[],
  options: CallOptions,
): Promise<boolean> {
  const controlPlane = nodes.find(({ role }) => role === 'control-plane')
  if (controlPlane === undefined) return false
  const command = ['exec', controlPlane.name, ...kubectl, 'get', 'nodes', '--output=json']
  try {
    const { stdout } = await engine.run(command, {
      ...quiet(options),
      timeoutMs: execTimeoutMs,
      isData: true,
    })
    const ready = new Set(
      (JSON.parse(stdout) as NodeList).items
        .filter(({ status }) => status.conditions?.some((of) => of.type === 'Ready' && of.status === 'True'))
        .map(({ metadata }) => metadata.name),
    )
    return nodes.every(({ name, role }) => role === loadBalancerRole || ready.has(name))
  } catch (error) {
    if (error instanceof CommandError && error.reason !== 'cancelled') return false
    throw error
  }
}
