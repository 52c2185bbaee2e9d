import { dirname, join, resolve } from 'node:path'
import { configFileName, inRealDirectory } from '../config/load.ts'
import type { EnvironmentRecord } from '../state/environment-record.ts'

interface Sought {
  readonly cwd: string
  /** Path of the configuration, where it was named. */
  readonly file?: string
  /** Of the environment; without it, the only one. */
  readonly name?: string
}

/**
 * The environment that is meant, by what this machine knows of those that were brought up from a configuration: for when
 * that is gone, cannot be read, or does not have it any more. `undefined` where there is none, or more than one.
 */
export function knownEnvironment(
  records: readonly EnvironmentRecord[],
  { cwd, file, name }: Sought,
): EnvironmentRecord | undefined {
  const places = file === undefined ? filesAbove(cwd) : [inRealDirectory(resolve(cwd, file))]
  const of = (place: string) =>
    records.filter(({ kind, configFile }) => kind === 'environment' && configFile === place)
  const nearest = places.map(of).find(({ length }) => length > 0) ?? []
  const [found, ...others] = nearest.filter(({ environment }) => name === undefined || environment === name)
  return others.length === 0 ? found : undefined
}

/** Where a configuration is looked for, the nearest place first. */
function filesAbove(cwd: string): string[] {
  const files: string[] = []
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    files.push(inRealDirectory(join(directory, configFileName)))
    if (directory === dirname(directory)) return files
  }
}
