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

/**
 * Calls back once, when kind has made the nodes and configured them: containerd, which was started anew for that, runs
 * as it will from now on, and kubeadm begins. A kind that words this otherwise costs time and nothing else.
 */
export function onNodesMade(isMade: () => void): (line: string) => void {
  let isOpen = true
  return (line) => {
    if (!isOpen || !line.includes('Starting control-plane')) return
    isOpen = false
    isMade()
  }
}
