import { join } from 'node:path'
import type { Config, Environment, Service } from '../config/config.ts'
import { writePrivateFile } from '../state/private-files.ts'
import { projectDirectory } from '../state/run-directory.ts'

/** What tests and people need to talk to an environment that is up. */
export interface HandOver {
  readonly environment: string
  readonly id: string
  readonly run: string
  readonly services: Readonly<Record<string, { readonly ports: Readonly<Record<string, ReachablePort>> }>>
  /** By name in the configuration. */
  readonly images: Readonly<Record<string, { readonly reference: string; readonly id: string }>>
  /** For the tests' process: `KINDLING_GATEWAY_API_URL` and the like. */
  readonly variables: Readonly<Record<string, string>>
}

export interface ReachablePort {
  readonly host: string
  readonly port: number
  readonly url: string
}

/** C9: `localhost` may mean ::1, where nothing listens. */
const host = '127.0.0.1'

/** Gathers the addresses of the services; `hostPort` answers for each declared port. */
export function handOver(
  init: Pick<HandOver, 'environment' | 'id' | 'run' | 'images'>,
  services: readonly Service[],
  hostPort: (service: string, port: string) => number,
  further: Readonly<Record<string, string>> = {},
): HandOver {
  const reachable = services.map((service) => {
    const ports = [...service.ports.keys()].map((name): [string, ReachablePort] => {
      const port = hostPort(service.name, name)
      return [name, { host, port, url: `http://${host}:${port}` }]
    })
    return [service.name, { ports: Object.fromEntries(ports) }] as const
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

function variableName(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
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
