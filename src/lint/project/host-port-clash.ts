import { basename } from 'node:path'
import { servicesOf } from '../../config/select.ts'
import type { SourceLocation } from '../../diagnostics/diagnostic.ts'
import { isMapping } from '../../util/is-mapping.ts'
import { kindSource, nodeEntries } from './kind-yaml.ts'
import type { ProjectFacts, ProjectFinding, ProjectRule } from './project-rule.ts'

/** A port of the host that is fixed somewhere. */
interface FixedPort {
  readonly port: number
  readonly address: string
  readonly protocol: string
  /** What fixes it, for messages. */
  readonly by: string
  readonly environments: readonly string[]
  readonly location: SourceLocation
}

const anyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::', ''])

export const hostPortClash: ProjectRule = {
  name: 'host-port-clash',
  severity: 'warning',
  summary: 'the same host port is fixed in several environments, or twice in one',
  why: 'only one of them can have the port, so the environments cannot be up at the same time, here or on a CI machine they share',
  details: `The rule looks at \`extraPortMappings\` and \`apiServerPort\` of all Kind configurations, and at \`host\` of the \`ports\` of services.
Ports on different addresses do not clash. Within one environment it is an error.

Leave the host port out: Kindling finds a free one and tells the tests which. In a Kind configuration, leave out the whole
mapping, and name the port under \`ports\` of the service.`,
  *check(facts) {
    const all = [...kindPorts(facts), ...servicePorts(facts)]
    for (const [index, one] of all.entries()) {
      if (one.environments.length > 1) yield shared(one)
      const other = all.slice(0, index).find((before) => clashes(before, one))
      if (other !== undefined) yield clash(one, other)
    }
  },
}

function shared({ port, by, environments, location }: FixedPort): ProjectFinding {
  const names = environments.map((name) => `\`${name}\``).join(' and ')
  return {
    location,
    message: `${by} fixes host port ${port} for the environments ${names}, which cannot be up at the same time`,
    hint: 'leave the host port out: Kindling finds a free one for each',
  }
}

function clash(one: FixedPort, other: FixedPort): ProjectFinding {
  const common = one.environments.find((name) => other.environments.includes(name))
  const where = common === undefined ? '' : ` in environment \`${common}\``
  return {
    location: one.location,
    message: `host port ${one.port} of ${one.by} is also that of ${other.by}${where}`,
    hint: 'leave the host port out: Kindling finds a free one for each',
    ...(common === undefined ? {} : { severity: 'error' }),
    related: [{ message: `${other.by} has it`, location: other.location }],
  }
}

function clashes(a: FixedPort, b: FixedPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false
  return a.address === b.address || anyAddress.has(a.address) || anyAddress.has(b.address)
}

function kindPorts({ kindConfigs }: ProjectFacts): FixedPort[] {
  return kindConfigs.flatMap((config) => {
    const source = kindSource(config)
    if (source === undefined) return []
    const by = `\`${basename(config.file)}\``
    const { environments } = config
    const mapped = nodeEntries(source, 'extraPortMappings').flatMap(({ value, path }): FixedPort[] => {
      const { hostPort, listenAddress = '', protocol = 'TCP' } = value
      if (typeof hostPort !== 'number' || hostPort <= 0) return []
      const location = source.locate([...path, 'hostPort'])
      const [address, kind] = [String(listenAddress), String(protocol).toUpperCase()]
      return [{ port: hostPort, address, protocol: kind, by, environments, location }]
    })
    const networking: unknown = isMapping(source.value) ? source.value.networking : undefined
    const port: unknown = isMapping(networking) ? networking.apiServerPort : undefined
    if (typeof port !== 'number' || port <= 0) return mapped
    const location = source.locate(['networking', 'apiServerPort'])
    return [...mapped, { port, address: '127.0.0.1', protocol: 'TCP', by, environments, location }]
  })
}

function servicePorts({ config }: ProjectFacts): FixedPort[] {
  if (config === undefined) return []
  const environments = [...config.environments.values()]
  return [...config.services.values()].flatMap((service) => {
    const users = environments.filter((environment) =>
      servicesOf(config, environment).some(({ name }) => name === service.name),
    )
    return [...service.ports].flatMap(([name, { hostPort }]) =>
      hostPort === undefined
        ? []
        : [
            {
              port: hostPort,
              address: '127.0.0.1',
              protocol: 'TCP',
              by: `\`${service.name}.${name}\``,
              environments: users.map((user) => user.name),
              location: config.locate(['services', service.name, 'ports', name, 'host']),
            },
          ],
    )
  })
}
