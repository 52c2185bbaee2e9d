import { resolve } from 'node:path'
import { stringify } from 'yaml'
import type { Config, Environment } from '../../config/config.ts'
import { selectEnvironment } from '../../config/select.ts'
import { type Matrix, matrix, readDurations } from '../../operations/matrix.ts'
import { InvalidInput, throwIfInvalid } from '../../operations/operation-error.ts'
import { loadProject } from '../../operations/prepare/load-project.ts'
import { count } from '../../reporters/describe-event.ts'
import { formatDuration } from '../../util/duration.ts'
import { unreachable } from '../../util/unreachable.ts'
import type { Session } from '../session.ts'

export interface MatrixFlags {
  readonly file?: string
  readonly format: 'github' | 'gitlab' | 'json'
  readonly shards?: number
  readonly durations?: readonly string[]
}

/** `kindling matrix`: the environments as jobs of CI. */
export async function matrixCommand(
  session: Session,
  names: readonly string[],
  flags: MatrixFlags,
): Promise<void> {
  const loaded = await loadProject({ cwd: session.cwd, env: session.env, ...flags })
  throwIfInvalid(loaded.diagnostics)
  if (loaded.config === undefined) throw new InvalidInput(loaded.diagnostics)
  const durations = readDurations((flags.durations ?? []).map((file) => resolve(session.cwd, file)))
  const divided = await matrix({
    config: loaded.config,
    environments: environmentsOf(loaded.config, names),
    host: await session.host(),
    ...(flags.shards === undefined ? {} : { shards: flags.shards }),
    durations,
  })
  session.stderr.write(told(divided))
  session.stdout.write(textOf(divided, flags.format))
}

function environmentsOf(config: Config, names: readonly string[]): readonly Environment[] {
  if (names.length === 0) return [...config.environments.values()]
  return names.map((name) => {
    const { environment, diagnostics } = selectEnvironment(config, name)
    if (environment === undefined) throw new InvalidInput(diagnostics)
    return environment
  })
}

/** How much of it is a guess. */
function told({ environments, shards }: Matrix): string {
  const guessed = environments.filter(({ isRecorded }) => !isRecorded)
  const [first] = guessed
  const longest = Math.max(0, ...shards.map(({ durationMs }) => durationMs))
  if (first === undefined) return `${count(shards.length, 'shard')}, the longest ${formatDuration(longest)}\n`
  if (guessed.length === environments.length) {
    return `${count(shards.length, 'shard')}; no environment has a record yet, so all are assumed to take the same time\n`
  }
  const names = guessed.map(({ name }) => name).join(', ')
  return `${count(shards.length, 'shard')}, the longest ${formatDuration(longest)}; without a record, and assumed to take the median of ${formatDuration(first.durationMs)}: ${names}\n`
}

function textOf({ environments, shards }: Matrix, format: MatrixFlags['format']): string {
  const jobs = shards.map(({ shard, durationMs, ...shared }) => ({
    shard,
    environments: shared.environments.join(' '),
    images: shared.images.join(' '),
    seconds: Math.round(durationMs / 1000),
  }))
  switch (format) {
    case 'github':
      // On one line, as a job's output has to be.
      return `${JSON.stringify({ include: jobs })}\n`
    case 'gitlab':
      return stringify({
        '.kindling-shards': {
          parallel: {
            matrix: jobs.map((job) => ({
              SHARD: String(job.shard),
              ENVIRONMENTS: job.environments,
              IMAGES: job.images,
            })),
          },
        },
      })
    case 'json':
      return `${JSON.stringify({ environments, shards }, null, 2)}\n`
    default:
      return unreachable(format)
  }
}
