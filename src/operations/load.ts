import type { Environment } from '../config/config.ts'
import { type BuildImagesOptions, type BuildImagesResult, buildImages } from './build.ts'

export interface LoadImagesOptions extends Omit<BuildImagesOptions, 'loadInto'> {
  /** Into whose cluster; it must be up. */
  readonly environment: Environment
}

/** How an image came into the nodes of a cluster. */
export interface LoadResult {
  /** Under which pods can run it. */
  readonly reference: string
  /** `reused` when every node had it. */
  readonly outcome: 'loaded' | 'reused'
  /** `pull`, `missing-layers`, `stream` or `archive`; empty when nothing was sent. */
  readonly way: string
  /** To all nodes together. */
  readonly bytesSent: number
  /** To the host's disk. */
  readonly bytesWritten: number
}

export interface LoadImagesResult extends BuildImagesResult {
  /** By name; after a failure those that were loaded. */
  readonly loads: Readonly<Record<string, LoadResult>>
}

/**
 * Has images in every node of an environment's cluster, all at once, sending what the nodes lack. What is not built, or
 * has changed, is built first. Throws `InvalidInput` or `OperationError` before any effect.
 */
export async function loadImages({ environment, ...options }: LoadImagesOptions): Promise<LoadImagesResult> {
  const end = await buildImages({ ...options, loadInto: environment })
  const loads: Record<string, LoadResult> = {}
  for (const name of options.images) {
    const task = end.result.tasks.get(`load:${name}`)
    const { reference = '', way = '', bytesSent = 0, bytesWritten = 0 } = task?.outputs ?? {}
    if (task?.outcome !== 'succeeded' && task?.outcome !== 'reused') continue
    loads[name] = {
      reference: `${reference}`,
      outcome: task.outcome === 'reused' ? 'reused' : 'loaded',
      way: `${way}`,
      bytesSent: Number(bytesSent),
      bytesWritten: Number(bytesWritten),
    }
  }
  return { ...end, loads }
}

/** One image, as `loadImages` has it. Rejects with its failure when it could not be loaded. */
export async function loadImage(
  name: string,
  options: Omit<LoadImagesOptions, 'images'>,
): Promise<LoadResult> {
  const { loads, result } = await loadImages({ ...options, images: [name] })
  const load = loads[name]
  if (load !== undefined) return load
  const failure = [...result.tasks.values()].find((task) => task.failure !== undefined)?.failure
  throw new Error(failure?.message ?? `there is no image ${name} to load`)
}
