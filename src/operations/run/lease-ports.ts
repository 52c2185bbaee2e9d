import type { Service } from '../../config/config.ts'
import type { PortRequest } from '../../state/port-leases.ts'
import type { Host } from '../host.ts'
import { OperationError } from '../operation-error.ts'

/** The ports that services declare, by `service.port`; any free one where the configuration fixes none. */
export function portRequests(services: readonly Service[]): PortRequest[] {
  return services.flatMap((service) =>
    [...service.ports].map(([name, { hostPort }]) => ({
      use: `${service.name}.${name}`,
      ...(hostPort === undefined ? {} : { fixed: hostPort }),
    })),
  )
}

/**
 * Leases host ports for an environment, by use. Throws `E_PORT_TAKEN` naming every fixed port that is not free; then
 * nothing was leased.
 */
export async function leasePorts(
  host: Pick<Host, 'ports'>,
  owner: string,
  requests: readonly PortRequest[],
): Promise<ReadonlyMap<string, number>> {
  const leased = await host.ports.acquire(owner, requests)
  if ('ports' in leased) return leased.ports
  const [first] = leased.conflicts
  const list = leased.conflicts.map(({ port, use, owner: holder }) => {
    const who = holder === undefined ? 'another program listens there' : `the environment ${holder} has it`
    return `port ${port}, which is fixed for ${use}: ${who}`
  })
  throw new OperationError(
    'E_PORT_TAKEN',
    list.length === 1 ? `${list[0]}` : `${list.length} ports are taken`,
    first?.owner === undefined
      ? `stop what listens there (\`ss -ltnp 'sport = :${first?.port}'\` shows it), or leave \`host\` out and take any free port`
      : `take that environment down (\`kindling status\` lists them), or leave \`host\` out and take any free port`,
    list.length === 1 ? {} : { detail: list.join('\n') },
  )
}
