import type { Config, Environment } from '../../src/config/config.ts'
import { parseConfig } from '../../src/config/parse.ts'

/** A configuration by its text, for tests of what comes after reading it; every file it names counts as there. */
export function configOf(
  yaml: string,
  env: Readonly<Record<string, string>> = {},
  root: string = '/repo',
): Config {
  const text = `apiVersion: kindling/v1alpha1\n${yaml}`
  const { config, diagnostics } = parseConfig(`${root}/kindling.yaml`, text, { exists: () => true, env })
  if (config === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return config
}

/** The environment of that name. */
export function environmentOf(config: Config, name: string): Environment {
  const environment = config.environments.get(name)
  if (environment === undefined) throw new Error(`no environment ${name}`)
  return environment
}
