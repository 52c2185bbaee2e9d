import type { ClusterProvider } from '../config/config.ts'
import type { EngineName } from '../drivers/engines.ts'
import type { Keep } from '../operations/run/keep.ts'
import type { StrategyName } from '../plan/plan.ts'

/**
 * What the setups can be told. Each option has a variable that takes its place, so that one run can have it otherwise:
 * `KINDLING_KEEP=on-failure npx vitest run`.
 */
export interface SetupOptions {
  /** Name of the environment, by default the only one or the default one; `KINDLING_ENVIRONMENT`. */
  readonly environment?: string
  /** The configuration, by default `kindling.yaml` in the working directory or above; `KINDLING_FILE`. */
  readonly file?: string
  /** What serves the environment, instead of what it says; `KINDLING_PROVIDER`. */
  readonly provider?: ClusterProvider
  /** Whether it stays after the tests, by default only if it was up before; `KINDLING_KEEP`. */
  readonly keep?: Keep
  /** Default `pipelined`; `KINDLING_STRATEGY`. */
  readonly strategy?: StrategyName
  /** The container engine, by default the first that can be used; `KINDLING_ENGINE`. */
  readonly engine?: EngineName
  /** Image of the nodes of a Kind cluster; `KINDLING_NODE_IMAGE`. */
  readonly nodeImage?: string
  /** Directory with images that are loaded instead of built; `KINDLING_ARCHIVE`. */
  readonly archive?: string
}

type Variables = Readonly<Record<string, string | undefined>>

const flags = {
  file: '--file',
  provider: '--provider',
  keep: '--keep',
  strategy: '--strategy',
  engine: '--engine',
  nodeImage: '--node-image',
  archive: '--archive',
} as const satisfies Partial<Record<keyof SetupOptions, string>>

/** The variable of an option: `KINDLING_NODE_IMAGE`. */
export function variableOf(option: keyof SetupOptions): string {
  return `KINDLING_${option.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Which environment is wanted; `undefined` leaves it to the configuration. */
export function environmentOf(options: SetupOptions, env: Variables): string | undefined {
  return env[variableOf('environment')] || options.environment
}

/** Whether it stays after the tests; `undefined`: if it was up before. */
export function keepOf(options: SetupOptions, env: Variables): string | undefined {
  return env[variableOf('keep')] || options.keep
}

/** The command line that brings the environment up for as long as this process wants it. */
export function commandLine(options: SetupOptions, env: Variables): string[] {
  const environment = environmentOf(options, env)
  const given = Object.entries(flags).flatMap(([name, flag]) => {
    const option = name as keyof typeof flags
    const value = options[option]
    // The command line reads the variables itself, but what it is told outright counts more.
    return value === undefined || env[variableOf(option)] ? [] : [flag, value]
  })
  return ['up', ...(environment === undefined ? [] : [environment]), '--hold', '--output', 'json', ...given]
}
