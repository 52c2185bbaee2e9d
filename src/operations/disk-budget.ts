import { statfsSync } from 'node:fs'
import { CommandError } from '../exec/command-error.ts'
import type { PlannedTask } from '../plan/plan.ts'
import { formatBytes } from '../util/bytes.ts'
import type { UsableEngine } from './host.ts'
import { OperationError } from './operation-error.ts'

const gibibyte = 2 ** 30
/** Below this a build ends half-way, and takes the engine's storage with it: none is begun (M2). */
export const leastFreeBytes: number = gibibyte
/** What an image that is built or pulled may take beyond its base, at a guess; only a warning comes from it. */
const bytesForEach = gibibyte / 2

/** Free bytes of the file system that a directory is on; `undefined` where that cannot be seen. */
export function freeBytes(directory: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  } catch {
    return undefined
  }
}

/**
 * Looks, before the first build, whether the images have room. Throws `E_DISK_FULL` with what takes the space; returns a
 * warning where it might become too little.
 */
export async function checkDiskBudget(
  engine: Pick<UsableEngine, 'storage' | 'program'>,
  tasks: readonly PlannedTask[],
  freeOf: (directory: string) => number | undefined = freeBytes,
): Promise<string | undefined> {
  const { storage } = engine
  const free = storage === undefined ? undefined : freeOf(storage)
  const images = tasks.filter(({ kind }) => kind === 'build' || kind === 'pull').length
  if (free === undefined || images === 0) return undefined
  const { name } = engine.program
  if (free < leastFreeBytes) {
    throw new OperationError(
      'E_DISK_FULL',
      `${formatBytes(free)} are free for images in ${storage}; below ${formatBytes(leastFreeBytes)} no build is begun`,
      'remove what is not needed: `kindling gc --all` takes what is ours and unused; the table shows where the rest is',
      { detail: await whatTakesIt(engine) },
    )
  }
  const wanted = leastFreeBytes + images * bytesForEach
  if (free >= wanted) return undefined
  return (
    `${formatBytes(free)} are free for images in ${storage}, which may be too little for ${images} of them; ` +
    `\`${name} system df\` shows what takes the space`
  )
}

/** The engine's own account. It may not have the room to give one. */
async function whatTakesIt({ program }: Pick<UsableEngine, 'program'>): Promise<string | undefined> {
  try {
    return (await program.run(['system', 'df'])).stdout
  } catch (error) {
    if (error instanceof CommandError) return undefined
    throw error
  }
}
