import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { suggestion } from '../diagnostics/suggest.ts'
import type { Config, Environment, Service } from './config.ts'

/** The environment of that name; without a name the only one, or the one marked `default: true`. */
export function selectEnvironment(
  config: Config,
  name?: string,
): { readonly environment?: Environment; readonly diagnostics: readonly Diagnostic[] } {
  const all = [...config.environments.values()]
  const names = all.map((environment) => environment.name)
  if (name !== undefined) {
    const environment = config.environments.get(name)
    if (environment !== undefined) return { environment, diagnostics: [] }
    return refuse(
      'E_CONFIG_UNKNOWN_NAME',
      `there is no environment \`${name}\``,
      suggestion(name, names, 'environments'),
    )
  }
  const environment = all.length === 1 ? all[0] : all.find(({ isDefault }) => isDefault)
  if (environment !== undefined) return { environment, diagnostics: [] }
  if (all.length === 0) {
    const hint = 'add one: `environments: { e2e: { services: [...] } }`'
    return refuse('E_CONFIG_ENVIRONMENT', 'the configuration has no environment', hint, config)
  }
  return refuse(
    'E_CONFIG_ENVIRONMENT',
    `there are ${all.length} environments and none of them is the default`,
    `name one (${names.join(', ')}), or write \`default: true\` in one of them`,
    config,
  )
}

/**
 * The services of an environment and all they need, each after what it needs; otherwise in the order in which
 * they are named.
 */
export function servicesOf(config: Config, environment: Environment): readonly Service[] {
  const ordered = new Set<Service>()
  const visited = new Set<string>()
  const visit = (name: string) => {
    const service = config.services.get(name)
    if (service === undefined || visited.has(name)) return
    visited.add(name)
    service.needs.forEach(visit)
    service.appliedNeeds.forEach(visit)
    ordered.add(service)
  }
  environment.services.forEach(visit)
  return [...ordered]
}

function refuse(
  code: 'E_CONFIG_UNKNOWN_NAME' | 'E_CONFIG_ENVIRONMENT',
  message: string,
  hint: string,
  config?: Config,
): { diagnostics: readonly Diagnostic[] } {
  const location = config === undefined ? {} : { location: config.locate(['environments']) }
  return { diagnostics: [{ code, severity: 'error', message, hint, ...location }] }
}
