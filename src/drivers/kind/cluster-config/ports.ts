import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import type { KindConfig, PortMapping } from './kind-config.ts'

/** A port of a service that is to be reached through a NodePort. */
export interface NodePortUse {
  /** As messages name it: `gateway.api`. */
  readonly use: string
  readonly nodePort: number
  /** Where kindling.yaml fixes it. */
  readonly hostPort?: number
}

/** The host's port through which the project's own Kind config leads to a NodePort from 127.0.0.1, if it does. */
export function mappedHostPort({ portMappings }: KindConfig, nodePort: number): number | undefined {
  return portMappings.find(
    ({ containerPort, protocol, listenAddress }) =>
      containerPort === nodePort && protocol === 'TCP' && overlap(listenAddress, '127.0.0.1'),
  )?.hostPort
}

/** Host ports that two mappings claim, in one node or in several (P1). */
export function clashesWithin(mappings: readonly PortMapping[]): readonly Diagnostic[] {
  return mappings.flatMap((mapping, index) => {
    const first = mappings.slice(0, index).find((earlier) => isSamePort(earlier, mapping))
    if (first === undefined) return []
    return [conflict(`the host port ${mapping.hostPort} is mapped twice`, mapping, first)]
  })
}

/** Host ports that the Kind config maps to something else than the service that has them in kindling.yaml (P1). */
export function clashesWith(
  { portMappings }: KindConfig,
  uses: readonly NodePortUse[],
): readonly Diagnostic[] {
  return uses.flatMap(({ use, nodePort, hostPort }) =>
    portMappings
      .filter(
        (mapping) =>
          mapping.hostPort === hostPort &&
          mapping.containerPort !== nodePort &&
          mapping.protocol === 'TCP' &&
          overlap(mapping.listenAddress, '127.0.0.1'),
      )
      .map((mapping) => conflict(`the host port ${hostPort} is that of ${use} in kindling.yaml`, mapping)),
  )
}

function conflict(message: string, { location }: PortMapping, first?: PortMapping): Diagnostic {
  return {
    code: 'E_PORT_CONFLICT',
    severity: 'error',
    message,
    location,
    hint: 'take another port for one of them',
    ...(first === undefined ? {} : { related: [{ message: 'the first one', location: first.location }] }),
  }
}

function isSamePort(a: PortMapping, b: PortMapping): boolean {
  return a.hostPort === b.hostPort && a.protocol === b.protocol && overlap(a.listenAddress, b.listenAddress)
}

/** Linux lets a socket on `::` take the port for IPv4 as well. */
function overlap(a: string, b: string): boolean {
  const isAny = (address: string) => address === '0.0.0.0' || address === '::' || address === ''
  return a === b || isAny(a) || isAny(b)
}
