import type { Config, Service } from '../config/config.ts'
import type { RunScope } from './run-scope.ts'

/** What a service has given is known, to this run and, with a `key`, to later ones as long as that is the same. */
export function keepOutputs(
  { name, outputs: specs }: Pick<Service, 'name' | 'outputs'>,
  outputs: Readonly<Record<string, string>>,
  { results, outputs: known, redactor }: Pick<RunScope, 'results' | 'outputs' | 'redactor'>,
  key?: string,
): void {
  for (const [output, { isSecret }] of specs) {
    if (isSecret) redactor.add(outputs[output] ?? '')
  }
  if (key !== undefined) results.keep(name, key, outputs)
  known.set(name, outputs)
}

/**
 * To be called before something of a service is changed: what it has given may no longer be true, and steps that need it
 * have to run again.
 */
export function forgetResults(
  service: string,
  { config, results }: Pick<RunScope, 'config' | 'results'>,
): void {
  results.forget([service, ...stepsBehind(service, config)])
}

/** The steps that need a service, at whatever distance: what they did may have been done to it. */
function stepsBehind(service: string, { services }: Pick<Config, 'services'>): readonly string[] {
  const behind = new Set([service])
  for (let known = 0; known < behind.size; ) {
    known = behind.size
    for (const { name, needs, appliedNeeds } of services.values()) {
      if ([...needs, ...appliedNeeds].some((need) => behind.has(need))) behind.add(name)
    }
  }
  return [...behind].filter((name) => name !== service && services.get(name)?.step !== undefined)
}
