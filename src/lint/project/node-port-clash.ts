import { isMapping } from '../../util/is-mapping.ts'
import { describeObject } from '../../util/kubernetes-object.ts'
import type { ObjectFacts, ProjectRule } from './project-rule.ts'

interface NodePort {
  readonly nodePort: number
  readonly protocol: string
  readonly index: number
  readonly of: ObjectFacts
}

export const nodePortClash: ProjectRule = {
  name: 'node-port-clash',
  severity: 'error',
  summary: 'two Services of one environment have the same `nodePort`',
  why: 'a cluster gives each node port to one Service only, and refuses the second when it is applied',
  details: `The rule looks at the manifests of each environment, including rendered ones. Services that are never in the same environment
may share a node port.

Leave \`nodePort\` out unless somebody has to know it; for the tests, name the port under \`ports\` of the service.`,
  *check({ objects }) {
    const all = objects.flatMap(nodePorts)
    for (const [index, one] of all.entries()) {
      const other = all.slice(0, index).find((before) => meets(before, one))
      if (other === undefined) continue
      yield {
        location: one.of.locate(['spec', 'ports', one.index, 'nodePort']),
        message: `the nodePort ${one.nodePort} is also that of ${describeObject(other.of.object)}`,
        hint: 'leave one of them out: the cluster chooses another',
        related: [
          {
            message: `${describeObject(other.of.object)} has it`,
            location: other.of.locate(['spec', 'ports', other.index, 'nodePort']),
          },
        ],
      }
    }
  },
}

function meets(a: NodePort, b: NodePort): boolean {
  if (a.nodePort !== b.nodePort || a.protocol !== b.protocol) return false
  return a.of.environments.some((name) => b.of.environments.includes(name))
}

function nodePorts(of: ObjectFacts): NodePort[] {
  const { kind, spec } = of.object
  const ports: unknown = kind === 'Service' && isMapping(spec) ? spec.ports : undefined
  return (Array.isArray(ports) ? ports : []).flatMap((port: unknown, index) => {
    if (!isMapping(port) || typeof port.nodePort !== 'number' || port.nodePort === 0) return []
    return [{ nodePort: port.nodePort, protocol: String(port.protocol ?? 'TCP'), index, of }]
  })
}
