import type { Slots } from '../engine/task.ts'
import type { PlanFacts } from './plan.ts'

/** Builds wait for the network and the disk as much as for the processor: fewer than this at once idle a small machine. */
const leastParallelBuilds = 4
/** The rest is for the engine, the cluster and whoever uses the machine (M1). */
const shareOfMemory = 0.75

const mebibyte = 2 ** 20

/**
 * A load computes hashes and unpacks, on more than half a processor: more loads than processors only share them, and the one
 * that most depends on comes no earlier than the last (measured on two: postgres of the example 19 s beside three others,
 * 8 s alone, and all of them in the same time). From four on they share the same disk.
 */
const leastParallelLoads = 2
const mostParallelLoads = 4

/** What the tasks of a run share on a machine: `builds` and `loads` in number, `memory` in MiB. */
export function capacityOf({ cpus, memoryBytes }: Pick<PlanFacts, 'cpus' | 'memoryBytes'>): Slots {
  return {
    builds: Math.max(leastParallelBuilds, cpus),
    loads: Math.min(Math.max(cpus, leastParallelLoads), mostParallelLoads),
    memory: Math.floor((memoryBytes * shareOfMemory) / mebibyte),
  }
}

/** What a build occupies, given what it takes at most. */
export function buildSlots(memoryBytes: number): Slots {
  return { builds: 1, memory: Math.ceil(memoryBytes / mebibyte) }
}

/**
 * What the start of a cluster occupies. Memory, so that no build takes it once the start has its turn, which comes before
 * that of all builds with less behind them. Not one of the `builds`: it would have to wait until one of them ends, and
 * what starts a cluster waits more than it computes. But one of the `loads`, which compute in the very nodes that are being
 * started: a control plane that is late for its own time limits starts parts of itself again, and that takes ten seconds.
 */
export function clusterSlots(memoryBytes: number): Slots {
  return { loads: 1, ...(memoryBytes > 0 ? { memory: Math.ceil(memoryBytes / mebibyte) } : {}) }
}
