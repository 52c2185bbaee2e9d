import { containersOf, descendantsOf, groupOf, isAlive, type ProcessIdentity } from './process-tree.ts'

const pollMs = 50

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** The group that the process leads, or the process alone where it leads none. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    signalProcess(pid, signal)
  }
}

function signalTree(
  root: ProcessIdentity,
  descendants: readonly ProcessIdentity[],
  signal: NodeJS.Signals,
): void {
  if (isAlive(root)) signalGroup(root.pid, signal)
  for (const descendant of descendants) {
    if (isAlive(descendant)) signalProcess(descendant.pid, signal)
  }
}

/**
 * Ends the containers that a process runs, and waits up to `patienceMs` for it to notice, clean up and end by itself.
 * An engine that is killed while it writes to its storage can leave an image there that makes it fail from then on.
 */
export async function terminateContents(root: ProcessIdentity, patienceMs: number): Promise<void> {
  const end = performance.now() + patienceMs
  while (isAlive(root) && performance.now() < end) {
    for (const { pid } of containersOf(root.pid)) signalProcess(pid, 'SIGKILL')
    await pause(pollMs)
  }
}

/**
 * Ends a process, its group and everything it started: SIGTERM to the root, and when the root is gone or the grace
 * period is over, SIGKILL to all that is left, and to what it is known to have left `behind`. Descendants are not asked first: the root knows best how to stop them.
 * Resolves when none of them is alive, or after another `graceMs` when something cannot be killed.
 */
export async function terminateTree(
  root: ProcessIdentity,
  graceMs: number,
  behind: readonly ProcessIdentity[] = [],
): Promise<void> {
  let descendants = merge(startedBy(root), behind)
  signalTree(root, [], 'SIGTERM')
  const graceEnd = performance.now() + graceMs
  while (isAlive(root) && performance.now() < graceEnd) {
    await pause(pollMs)
    // Whoever was started in the meantime counts as well; who lost its parent stays in the list.
    descendants = merge(descendants, startedBy(root))
  }
  signalTree(root, descendants, 'SIGKILL')
  const killEnd = performance.now() + graceMs
  while ([root, ...descendants].some(isAlive) && performance.now() < killEnd) await pause(pollMs)
}

/**
 * Ends what a process that is gone has left in its group, by the variable that its members have, as `NAME=value`: they
 * have a moment to end by themselves, and then `graceMs` after SIGTERM.
 */
export async function terminateBehind(
  root: ProcessIdentity,
  variable: string | undefined,
  { momentMs, graceMs }: { readonly momentMs: number; readonly graceMs: number },
): Promise<void> {
  const end = performance.now() + momentMs
  let behind = groupOf(root, variable)
  while (behind.length > 0 && performance.now() < end) {
    await pause(pollMs)
    behind = groupOf(root, variable)
  }
  await Promise.all(behind.map((process) => terminateTree(process, graceMs)))
}

/** The last resort when this process is about to exit: kills at once, without asking or waiting. */
export function killTreeNow(root: ProcessIdentity): void {
  signalTree(root, descendantsOf(root.pid), 'SIGKILL')
}

/** By parentage, and by the group, which still knows what has lost its parent; nothing once the root is gone. */
function startedBy(root: ProcessIdentity): readonly ProcessIdentity[] {
  const members = groupOf(root).filter(({ pid }) => pid !== root.pid)
  return isAlive(root) ? merge(members, descendantsOf(root.pid)) : members
}

function merge(known: readonly ProcessIdentity[], more: readonly ProcessIdentity[]): ProcessIdentity[] {
  const pids = new Set(known.map((process) => process.pid))
  return [...known, ...more.filter((process) => !pids.has(process.pid))]
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
