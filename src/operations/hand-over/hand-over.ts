import { join } from 'node:path'
import type { Config, Environment, Service } from '../../config/config.ts'
import type { LateExpression, Template } from '../../config/expression.ts'
import { writePrivateFile } from '../../state/private-files.ts'
import { projectDirectory } from '../../state/run-directory.ts'
import { formatEnvFile } from '../../util/env-file.ts'
import { addressOf, type LocalAddress } from '../../util/local-address.ts'
import { variableName } from '../../util/variable-name.ts'

/** What tests and people need to talk to an environment that is up. */
export interface HandOver {
  /** Of this form; raised when a reader of older ones would misunderstand it. */
  readonly version: 1
  readonly environment: string
  readonly id: string
  readonly run: string
  readonly services: Readonly<Record<string, ReachableService>>
  /** By name in the configuration. */
  readonly images: Readonly<Record<string, { readonly reference: string; readonly id: string }>>
  /** By name and part, the private files of what was generated. */
  readonly generated: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** For the tests' process: `KINDLING_GATEWAY_API_URL` and the like, and what `env` of the tests asks for. */
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
  init: Omit<HandOver, 'version' | 'services' | 'variables'>,
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
  for (const [name, { reference }] of Object.entries(init.images)) {
    variables[imageVariable(name)] = reference
  }
  for (const [service, { ports }] of reachable) {
    for (const [name, port] of Object.entries(ports)) {
      const prefix = `KINDLING_${variableName(service)}_${variableName(name)}`
      variables[`${prefix}_HOST`] = port.host
      variables[`${prefix}_PORT`] = `${port.port}`
      variables[`${prefix}_URL`] = port.url
    }
  }
  return { version: 1, ...init, services: Object.fromEntries(reachable), variables }
}

/** The variable that tells the reference of an image: `KINDLING_IMAGE_GATEWAY`. */
export function imageVariable(image: string): string {
  return `KINDLING_IMAGE_${variableName(image)}`
}

/**
 * What may be shown of it: everything but the variables whose value, by what `env` of the tests says, is a secret or
 * could be one. Files and tests have them all.
 */
export function shownHandOver(
  content: HandOver,
  config: Pick<Config, 'services'>,
  { test }: Pick<Environment, 'test'>,
): HandOver {
  const isSecret = (name: string) => {
    const template = test?.env.get(name)
    return template !== undefined && holdsSecret(template, config)
  }
  const shown = Object.entries(content.variables).filter(([name]) => !isSecret(name))
  return { ...content, variables: Object.fromEntries(shown) }
}

function holdsSecret({ parts }: Template<LateExpression>, { services }: Pick<Config, 'services'>): boolean {
  return parts.some((part) => {
    if (part.kind === 'text') return false
    const { expression } = part
    if (expression.root === 'generated') return !expression.isFile
    if (expression.root !== 'services') return expression.root === 'env'
    return (
      'output' in expression &&
      services.get(expression.service)?.outputs.get(expression.output)?.isSecret === true
    )
  })
}

/** Directory of an environment's hand-over files, beside the configuration. */
export function handOverDirectory(
  config: Pick<Config, 'root'>,
  environment: Pick<Environment, 'name'>,
): string {
  return join(config.root, '.kindling', 'environments', environment.name)
}

/** The files of a hand-over: one for programs, one for shells and parsers of `.env` files. */
export function handOverFiles(
  config: Pick<Config, 'root'>,
  environment: Pick<Environment, 'name'>,
): { readonly json: string; readonly dotenv: string } {
  const directory = handOverDirectory(config, environment)
  return { json: join(directory, 'env.json'), dotenv: join(directory, '.env') }
}

/** Writes `env.json` and `.env`. */
export function writeHandOver(config: Config, environment: Environment, content: HandOver): void {
  projectDirectory(config.root)
  const { json, dotenv } = handOverFiles(config, environment)
  writePrivateFile(json, `${JSON.stringify(content, null, 2)}\n`)
  writePrivateFile(dotenv, formatEnvFile(content.variables))
}
