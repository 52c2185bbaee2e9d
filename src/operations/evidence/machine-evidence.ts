import { readFileSync, statfsSync } from 'node:fs'
import { arch, availableParallelism, freemem, loadavg, platform, release, totalmem, uptime } from 'node:os'
import type { EvidenceSource } from '../../drivers/evidence.ts'
import { formatBytes } from '../../util/bytes.ts'
import { formatDuration } from '../../util/duration.ts'

/** Below these shares, a disk or the memory is worth a word. */
const littleDisk = 0.05
const littleMemory = 0.05

/** What the kernel tells of memory and of waiting for it, where it does. */
const kernelFiles = [
  '/proc/meminfo',
  '/proc/pressure/cpu',
  '/proc/pressure/memory',
  '/proc/pressure/io',
  '/sys/fs/cgroup/memory.events',
  '/sys/fs/cgroup/memory.max',
]

/** The machine as it is now: processors, memory, and the disks that these directories are on. */
export function machineEvidence(directories: Readonly<Record<string, string | undefined>>): EvidenceSource {
  return {
    title: 'machine',
    collect: async (folder) => {
      const load = loadavg().map((value) => value.toFixed(1))
      const disks = Object.entries(directories).flatMap(([what, directory]) => diskOf(what, directory) ?? [])
      const lines = [
        `${platform()} ${release()}, ${arch()}, Node ${process.version}, up for ${formatDuration(uptime() * 1000)}`,
        `processors: ${availableParallelism()}, load ${load.join(' ')}`,
        `memory: ${formatBytes(availableMemory())} of ${formatBytes(totalmem())} available`,
        ...disks.map(({ what, directory, free, total }) => {
          return `disk of ${what}: ${formatBytes(free)} of ${formatBytes(total)} free, ${directory}`
        }),
      ]
      const kernel = kernelFiles.flatMap((file) => textOf(file) ?? [])
      folder.write('machine.txt', `${[...lines, ...kernel].join('\n')}\n`, { keeps: 'start' })

      for (const { what, directory, free, total } of disks) {
        if (free < total * littleDisk)
          folder.note(`the disk of ${what} is nearly full: ${formatBytes(free)} left, ${directory}`)
      }
      if (availableMemory() < totalmem() * littleMemory)
        folder.note(`the machine has ${formatBytes(availableMemory())} of memory left`)
    },
  }
}

/** What could be had without swapping: files that are only cached go when memory is asked for. */
function availableMemory(): number {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(textOf('/proc/meminfo')?.join('\n') ?? '')?.[1]
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024
}

interface Disk {
  readonly what: string
  readonly directory: string
  readonly free: number
  readonly total: number
}

function diskOf(what: string, directory: string | undefined): Disk | undefined {
  if (directory === undefined) return undefined
  try {
    const { bavail, blocks, bsize } = statfsSync(directory)
    return { what, directory, free: bavail * bsize, total: blocks * bsize }
  } catch {
    // Not to be seen from here.
    return undefined
  }
}

/** A file of the kernel with its name above it; `undefined` where there is none. */
function textOf(file: string): readonly string[] | undefined {
  try {
    return ['', `--- ${file}`, readFileSync(file, 'utf8').trimEnd()]
  } catch {
    return undefined
  }
}
