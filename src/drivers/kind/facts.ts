import { formatBytes } from '../../util/bytes.ts'

/** Something about this machine that keeps a cluster from being made, with the cure. */
export interface HostProblem {
  readonly message: string
  readonly hint: string
}

const mebibyte = 2 ** 20

/** A node image, unpacked; the public ones have about 1 GiB. */
export const nodeImageBytes: number = 1024 * mebibyte
/** What a node writes before anything is deployed: its images unpacked once more, etcd's files, logs. */
export const nodeBytes: number = 1024 * mebibyte

export interface DiskFacts {
  /** Where the engine keeps images and containers. */
  readonly directory: string
  /** Available to this user there, as `statfs` has it. */
  readonly freeBytes: number
  readonly nodes: number
  readonly hasNodeImage: boolean
}

/** Whether there is room for a cluster, with the figures. What the services need comes on top. */
export function diskProblem({
  directory,
  freeBytes,
  nodes,
  hasNodeImage,
}: DiskFacts): HostProblem | undefined {
  const neededBytes = nodes * nodeBytes + (hasNodeImage ? 0 : nodeImageBytes)
  if (freeBytes >= neededBytes) return undefined
  const parts = [
    `${formatBytes(nodeBytes)} for ${nodes === 1 ? 'its node' : `each of its ${nodes} nodes`}`,
    ...(hasNodeImage ? [] : [`${formatBytes(nodeImageBytes)} for the node image`]),
  ]
  return {
    message: `the cluster needs ${formatBytes(neededBytes)} of disk, ${parts.join(' and ')}, and ${directory} has ${formatBytes(freeBytes)} left`,
    hint: 'make room: `podman system df` (docker alike) shows what takes it, `kindling gc` removes what environments have left',
  }
}

/** What kind mounts into every node. */
export const kernelModules = '/lib/modules'

/**
 * Whether the nodes can be given the kernel's modules. The engine refuses to mount what is not there; that it is empty
 * does no harm.
 */
export function kernelModulesProblem(
  exists: (path: string) => boolean,
  kernelRelease: string,
): HostProblem | undefined {
  if (exists(kernelModules)) return undefined
  return {
    message: `there is no directory ${kernelModules}, which kind mounts into every node`,
    hint: `create it, empty if this kernel has no modules: mkdir -p ${kernelModules}/${kernelRelease}`,
  }
}
