import { availableParallelism } from 'node:os'
import type { OutputStream } from '../../exec/exec.ts'

/** What kind says at every call, and what it says at the end to people who are to go on by hand. */
const noise: readonly RegExp[] = [
  /^using (?:podman|docker|nerdctl) due to KIND_EXPERIMENTAL_PROVIDER$/,
  /^enabling experimental podman provider$/,
  /^cgroup v1 is deprecated in Kubernetes/,
  /^Set kubectl context to /,
  /^You can now use your cluster with:$/,
  /^kubectl cluster-info /,
  /^Have a nice day! |^Thanks for using kind! |^Not sure what to do next\? |^Have a question, bug, or feature request\? /,
  /^\s*$/,
]

/** Passes on the lines of `kind create cluster` that tell how far it is. */
export function progressLines(
  onLine: (stream: OutputStream, line: string) => void,
): (stream: OutputStream, line: string) => void {
  return (stream, line) => {
    if (!noise.some((pattern) => pattern.test(line))) onLine(stream, line.trimEnd())
  }
}

const controlPlaneStarts = '• Starting control-plane'
const controlPlaneRuns = '✓ Starting control-plane'

/** With fewer processors, what is loaded beside the start of the control plane delays that by more than it gains. */
const leastProcessors = 4

/**
 * Calls back once, when nodes that kind makes are configured, for which containerd was started anew: from then on they
 * keep what is done in them. A kind that words this otherwise never calls.
 */
export function onNodesMade(areMade: () => void): (line: string) => void {
  return onceAt(controlPlaneStarts, areMade)
}

/**
 * Calls back once, when these nodes are to be given images: at once, and where processors are few when the control plane
 * has started as well; from then on most of the machine waits. A kind that words this otherwise costs time and nothing else.
 */
export function onNodesFree(
  areFree: () => void,
  processors: number = availableParallelism(),
): (line: string) => void {
  return onceAt(processors < leastProcessors ? controlPlaneRuns : controlPlaneStarts, areFree)
}

function onceAt(sign: string, callback: () => void): (line: string) => void {
  let isOpen = true
  return (line) => {
    if (!isOpen || !line.includes(sign)) return
    isOpen = false
    callback()
  }
}
