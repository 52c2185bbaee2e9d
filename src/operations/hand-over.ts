import { join } from 'node:path'
import type { Config, Environment, Service } from '../config/config.ts'
import { writePrivateFile } from '../state/private-files.ts'
import { projectDirectory } from '../state/run-directory.ts'
import { addressOf, type LocalAddress } from '../util/local-address.ts'
import { variableName } from '../util/variable-name.ts'

/** What tests and people need to talk to an environment that is up. */
export interface HandOver {
  readonly environment: string
  readonly id: string
  readonly run: string
  readonly services: Readonly<Record<string, ReachableService>>
  /** By name in the configuration. */
  readonly images: Readonly<Record<string, { readonly reference: string; readonly id: string }>>
  /** By name and part, the private files of what was generated. */
  readonly generated: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** For the tests' process: `KINDLING_GATEWAY_API_URL` and the like. */
  readonly variables: Readonly<Record<string, string>>
}

export type ReachablePort = LocalAddress

export interface ReachableService {
  readonly ports: Readonly<Record<string, ReachablePort>>
  /** What was read off it, as far as it is no secret; absent where there is nothing of the sort. */
  readonly outputs?: Readonly<Record<string, string>>
}

/** Gathers the addresses of the services; `hostPort` answers for each declared port. */
export function handOver(
  init: Pick<HandOver, 'environment' | 'id' | 'run' | 'images' | 'generated'>,
  services: readonly Service[],
  hostPort: (service: string, port: string) => number,
  outputsOf: (service: string) => Readonly<Record<string, string>> = () => ({}),
  further: Readonly<Record<string, string>> = {},
): HandOver {
  const reachable = services.map((service) => {
    const ports = [...service.ports.keys()].map((name): [string, ReachablePort] => {
      return [name, addressOf(hostPort(service.name, name))]
    })
    const known = outputsOf(service.name)
    const outputs = [...service.outputs].flatMap(([name, { isSecret }]) =>
      isSecret || known[name] === undefined ? [] : [[name, known[name]] as const],
    )
    return [
      service.name,
      {
        ports: Object.fromEntries(ports),
        ...(outputs.length === 0 ? {} : { outputs: Object.fromEntries(outputs) }),
      },
    ] as const
  })
  const variables: Record<string, string> = {
    KINDLING_ENVIRONMENT: init.environment,
    KINDLING_RUN: init.run,
    ...further,
  }
  for (const [service, { ports }] of reachable) {
    for (const [name, port] of Object.entries(ports)) {
      const prefix = `KINDLING_${variableName(service)}_${variableName(name)}`
      variables[`${prefix}_HOST`] = port.host
      variables[`${prefix}_PORT`] = `${port.port}`
      variables[`${prefix}_URL`] = port.url
    }
  }
  return { ...init, services: Object.fromEntries(reachable), variables }
}

/** Directory of an environment's hand-over files, beside the configuration. */
export function handOverDirectory(
  config: Pick<Config, 'root'>,
  environment: Pick<Environment, 'name'>,
): string {
  return join(config.root, '.kindling', 'environments', environment.name)
}

/** Writes `env.json` and `.env`, for programs and for shells; returns the latter's path. */
export function writeHandOver(config: Config, environment: Environment, content: HandOver): string {
  projectDirectory(config.root)
  const directory = handOverDirectory(config, environment)
  writePrivateFile(join(directory, 'env.json'), `${JSON.stringify(content, null, 2)}\n`)
  const lines = Object.entries(content.variables).map(([name, value]) => `${name}=${value}\n`)
  const file = join(directory, '.env')
  writePrivateFile(file, lines.join(''))
  return file
}
