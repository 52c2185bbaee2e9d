import { statfsSync } from 'node:fs'
import { CommandError } from '../../exec/command-error.ts'
import type { PlannedTask } from '../../plan/plan.ts'
import { formatBytes } from '../../util/bytes.ts'
import type { UsableEngine } from '../host.ts'
import { OperationError } from '../operation-error.ts'

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

export interface DiskBudget {
  readonly tasks: readonly PlannedTask[]
  /** What the image of a task took the last time beyond what it is built on, bytes; 0 when that is not known. */
  readonly bytesOf: (task: string) => number
  /** Whether some version of an image is here, whose layers it then shares; asked only when room is short. */
  readonly isHere: (image: string) => Promise<boolean>
  readonly freeOf?: (directory: string) => number | undefined
}

/**
 * Looks, before the first build, whether the images have room: by what they took the last time, once more for the nodes
 * they are loaded into. Throws `E_DISK_FULL`, with the numbers and what takes the space, when there is too little for
 * what is known to be missing; returns a warning where it might become too little.
 */
export async function checkDiskBudget(
  engine: Pick<UsableEngine, 'storage' | 'program'>,
  { tasks, bytesOf, isHere, freeOf = freeBytes }: DiskBudget,
): Promise<string | undefined> {
  const { storage } = engine
  const free = storage === undefined ? undefined : freeOf(storage)
  const images = tasks.flatMap((task) => (task.kind === 'build' || task.kind === 'pull' ? [task] : []))
  if (free === undefined || images.length === 0) return undefined
  const loaded = new Set(tasks.flatMap((task) => (task.kind === 'load' ? [task.image] : [])))
  const copies = (image: string) => (loaded.has(image) ? 2 : 1)
  const wanted = images.reduce(
    (sum, { id, image }) => sum + (bytesOf(id) || bytesForEach) * copies(image),
    leastFreeBytes,
  )
  if (free >= wanted) return undefined

  const missing: (readonly [image: string, bytes: number])[] = []
  for (const { id, image } of images) {
    const bytes = bytesOf(id) * copies(image)
    if (bytes > 0 && !(await isHere(image))) missing.push([image, bytes])
  }
  const needed = missing.reduce((sum, [, bytes]) => sum + bytes, leastFreeBytes)
  const { name } = engine.program
  if (free < needed) throw await tooLittle(engine, storage ?? '', free, missing)
  return (
    `${formatBytes(free)} are free for images in ${storage}, which may be too little for ${images.length} of them, ` +
    `about ${formatBytes(wanted)}; \`${name} system df\` shows what takes the space`
  )
}

async function tooLittle(
  engine: Pick<UsableEngine, 'program'>,
  storage: string,
  free: number,
  missing: readonly (readonly [image: string, bytes: number])[],
): Promise<OperationError> {
  const sum = missing.reduce((total, [, bytes]) => total + bytes, leastFreeBytes)
  const parts = missing
    .toSorted(([, a], [, b]) => b - a)
    .map(([image, bytes]) => `${image} ${formatBytes(bytes)}`)
  const why =
    missing.length === 0
      ? `below ${formatBytes(leastFreeBytes)} no build is begun`
      : `${formatBytes(sum)} are needed, ${formatBytes(leastFreeBytes)} of them as a reserve`
  const detail = [
    ...(parts.length === 0 ? [] : [`as the last time: ${parts.join(', ')}`]),
    await whatTakesIt(engine),
  ]
  return new OperationError(
    'E_DISK_FULL',
    `${formatBytes(free)} are free for images in ${storage}; ${why}`,
    'free some: `kindling gc --all` removes unused images of Kindling; the table shows what takes the rest',
    { detail: detail.filter((part) => part !== undefined).join('\n\n') },
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
