import { readFileSync } from 'node:fs'
import type { Config, Environment } from '../config/config.ts'
import { divide } from '../plan/shards.ts'
import { isMapping } from '../util/is-mapping.ts'
import { projectId } from './environment-id.ts'
import type { Host } from './host.ts'
import { wholeRun } from './measured/measured.ts'
import { exitCodes, OperationError } from './operation-error.ts'
import { plan } from './prepare/prepare.ts'

export interface MatrixOptions {
  readonly config: Config
  readonly environments: readonly Environment[]
  readonly host: Host
  /** At most so many; default: each environment is one. */
  readonly shards?: number
  /** Durations from elsewhere, milliseconds; they win over those of this machine. */
  readonly durations?: ReadonlyMap<string, number>
}

/** The environments of a project, divided among jobs of CI. */
export interface Matrix {
  readonly environments: readonly MatrixEnvironment[]
  readonly shards: readonly MatrixShard[]
}

export interface MatrixEnvironment {
  readonly name: string
  /** Of `kindling test`; where nothing is recorded, the median of the others. */
  readonly durationMs: number
  readonly isRecorded: boolean
  /** Names of the images it needs that are built here. */
  readonly images: readonly string[]
}

export interface MatrixShard {
  /** From 1. */
  readonly shard: number
  readonly environments: readonly string[]
  /** Names of all images its environments need that are built here. */
  readonly images: readonly string[]
  readonly durationMs: number
}

/** What an environment is taken for where none has a record: then only their number counts. */
const alikeMs = 60_000

/** Divides environments so that all jobs end at about the same time. Throws `InvalidInput` when one does not plan. */
export async function matrix(options: MatrixOptions): Promise<Matrix> {
  const { config, host, durations = new Map() } = options
  const project = projectId(config)
  const recordedMs = ({ name }: Environment): number =>
    durations.get(name) ??
    (host.history.expectedMs(project, wholeRun('test', name)) ||
      host.history.expectedMs(project, wholeRun('up', name)))
  const medianMs = middle(options.environments.map(recordedMs).filter((ms) => ms > 0)) ?? alikeMs
  const environments: MatrixEnvironment[] = []
  for (const environment of options.environments) {
    const { tasks } = await plan(config, environment, 'pipelined', host)
    const ms = recordedMs(environment)
    environments.push({
      name: environment.name,
      durationMs: ms > 0 ? ms : medianMs,
      isRecorded: ms > 0,
      images: distinct(tasks.flatMap((task) => (task.kind === 'build' ? [task.image] : []))),
    })
  }
  const shards = divide(environments, options.shards ?? environments.length)
  return {
    environments,
    shards: shards.map(({ items, durationMs }, index) => ({
      shard: index + 1,
      environments: items.map(({ name }) => name),
      images: distinct(items.flatMap(({ images }) => images)),
      durationMs,
    })),
  }
}

/**
 * The durations that earlier jobs have recorded: files that `kindling matrix --format json` has written, of which the
 * later ones win. Throws `OperationError` for a file that is none.
 */
export function readDurations(files: readonly string[]): ReadonlyMap<string, number> {
  return new Map(files.flatMap(durationsIn))
}

function durationsIn(file: string): (readonly [string, number])[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isMapping(value) || !Array.isArray(value.environments)) throw new Error('it has no `environments`')
    return value.environments.flatMap((environment: unknown) => {
      if (!isMapping(environment) || environment.isRecorded !== true) return []
      const { name, durationMs } = environment
      return typeof name === 'string' && typeof durationMs === 'number' && durationMs > 0
        ? [[name, durationMs] as const]
        : []
    })
  } catch (error) {
    throw new OperationError(
      'E_MATRIX_DURATIONS',
      `cannot read durations from ${file}: ${error instanceof Error ? error.message : String(error)}`,
      'give a file that `kindling matrix --format json` has written',
      { exitCode: exitCodes.usage },
    )
  }
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
