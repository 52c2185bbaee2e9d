import type { Exec } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { ArchiveWay, type RunKind } from './archive-way.ts'
import type { LoadingWay, LoadWay } from './loading-way.ts'
import { MissingLayersWay } from './missing-layers-way.ts'
import { PullWay } from './pull-way.ts'
import { SkopeoLayers } from './skopeo.ts'
import { StreamWay } from './stream-way.ts'

export interface WayChoice {
  readonly exec: Exec
  readonly program: EngineProgram
  readonly kind: RunKind
  readonly cluster: string
  /** A private directory of the run; what is put there goes with the load, or with the directory. */
  readonly directory: string
  /** The way that is wanted; without it, the best that there is. */
  readonly preference?: LoadWay
}

/** A way of loading, and why it is not the best one. */
export interface ChosenWay {
  readonly way: LoadingWay
  readonly reason?: string
}

/**
 * The way that takes least, of those that this machine offers. Whether nodes can pull, and whether podman's storage can
 * really be read, shows with each image: then the next best is gone.
 */
export async function chooseWay(choice: WayChoice, options: CallOptions = {}): Promise<ChosenWay> {
  const { exec, program, kind, cluster, directory, preference } = choice
  if (preference === 'archive') return { way: new ArchiveWay(program, kind, cluster, directory) }
  const stream = new StreamWay(program)
  if (preference === 'stream') return { way: stream }
  const reason = await whyNoLayers(exec, program, options)
  if (reason !== undefined) return { way: stream, reason }
  const layers = new SkopeoLayers(exec, program.variables)
  const missing = new MissingLayersWay(layers, directory, stream)
  return { way: preference === 'missing-layers' ? missing : new PullWay(layers, directory, missing) }
}

async function whyNoLayers(
  exec: Exec,
  program: EngineProgram,
  { signal }: CallOptions,
): Promise<string | undefined> {
  if (program.name !== 'podman') return `single layers cannot be read out of ${program.name}`
  try {
    await exec.run({ program: 'skopeo', args: ['--version'] }, signal === undefined ? {} : { signal })
    return undefined
  } catch (error) {
    if (signal?.aborted) throw error
    return 'skopeo, which reads single layers out of podman, is not installed'
  }
}
