import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import type { Slots } from '../../engine/task.ts'
import type { PlannedTask } from '../../plan/plan.ts'
import { formatBytes } from '../../util/bytes.ts'
import { OperationError } from '../operation-error.ts'

const mebibyte = 2 ** 20

/** Bytes of memory that programs can still have, swap included, by `/proc/meminfo`; by what is free where there is none. */
export function availableMemoryBytes(readInfo: () => string = readMemoryInfo): number {
  try {
    const info = readInfo()
    const kibibytesOf = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(info)?.[1] ?? Number.NaN)
    const bytes = (kibibytesOf('MemAvailable') + kibibytesOf('SwapFree')) * 1024
    return Number.isNaN(bytes) ? freemem() : bytes
  } catch {
    return freemem()
  }
}

export interface MemoryBudget {
  /** What tasks may take of the memory at once. */
  readonly capacity: Slots
  readonly warning?: string
}

/**
 * Looks, before the first build, at the memory that there is and at what the tasks take, by their hints and by what they
 * took before (M1): where others have taken much of it, fewer builds run at once. Throws `E_MEMORY_SHORT`, with the
 * numbers, when there is too little for a single one of them; not for a build of which `isHere` knows a version, which
 * may be all that is needed.
 */
export async function checkMemoryBudget(
  tasks: readonly PlannedTask[],
  capacity: Slots,
  availableBytes: number,
  isHere: (image: string) => Promise<boolean> = async () => false,
): Promise<MemoryBudget> {
  // A capacity of nothing would hold up what takes none.
  const available = Math.max(1, Math.floor(availableBytes / mebibyte))
  const byMemory = tasks.toSorted((a, b) => memoryOf(b) - memoryOf(a))
  if (memoryOf(byMemory[0]) === 0) return { capacity }
  for (const task of byMemory) {
    if (memoryOf(task) <= available) break
    if (task.kind === 'build' && (await isHere(task.image))) continue
    throw new OperationError(
      'E_MEMORY_SHORT',
      `${formatBytes(availableBytes)} of memory are available; ${task.id} takes ${formatBytes(memoryOf(task) * mebibyte)}`,
      'free some: `kindling status` shows the environments that are up; if a build takes less than this, set `memory` of its image',
    )
  }
  const { memory } = capacity
  if (memory === undefined || available >= memory) return { capacity }
  const wanted = tasks.reduce((sum, task) => sum + memoryOf(task), 0)
  const narrowed = { capacity: { ...capacity, memory: available } }
  if (wanted <= available) return narrowed
  return {
    ...narrowed,
    warning: `${formatBytes(availableBytes)} of memory are available: fewer builds run at once`,
  }
}

function memoryOf(task: PlannedTask | undefined): number {
  return task?.slots.memory ?? 0
}

function readMemoryInfo(): string {
  return readFileSync('/proc/meminfo', 'utf8')
}
