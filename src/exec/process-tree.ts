import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * A process as it can be recognised later: a pid alone is reused by the system, a pid with its start time is not.
 * `startTime` is field 22 of `/proc/<pid>/stat` (clock ticks since boot, see proc(5)); empty where there is no /proc.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTime: string
}

interface ProcessEntry extends ProcessIdentity {
  readonly parentPid: number
  readonly group: number
  readonly state: string
}

function readEntry(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the program's name, is in brackets and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      pid,
      state: fields[0] ?? '',
      parentPid: Number(fields[1]),
      group: Number(fields[2]),
      startTime: fields[19] ?? '',
    }
  } catch {
    return undefined
  }
}

/** The identity of a process that is alive now; `undefined` when it is gone or only waits to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  const entry = readEntry(pid)
  if (entry !== undefined) return entry.state === 'Z' ? undefined : { pid, startTime: entry.startTime }
  if (process.platform === 'linux') return undefined
  try {
    process.kill(pid, 0)
    return { pid, startTime: '' }
  } catch {
    return undefined
  }
}

/** Whether this very process is still alive. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime
}

/**
 * All living descendants of a process, by parentage. A container engine starts what it runs in sessions of their
 * own, which a signal to the process group does not reach; parentage does, while the parent is alive. Without
 * /proc the list is empty and only the process group is reached.
 */
export function descendantsOf(pid: number): readonly ProcessIdentity[] {
  return below([pid], readEntries())
}

/**
 * The living members of the process group that a process leads, and all their descendants. Of a group whose leader is
 * gone, its id may be another one's by now: then members are only those that have a variable of the environment as they
 * were given it, as `NAME=value`. Without /proc the list is empty.
 */
export function groupOf(leader: ProcessIdentity, variable?: string): readonly ProcessIdentity[] {
  const entries = readEntries()
  const holder = entries.find(({ pid }) => pid === leader.pid)
  const isLed = holder?.startTime === leader.startTime
  if (!isLed && (holder !== undefined || variable === undefined)) return []
  const pids = entries
    .filter(({ group, state }) => group === leader.pid && state !== 'Z')
    .map(({ pid }) => pid)
    .filter((pid) => isLed || hasVariable(pid, variable ?? ''))
  const members = entries.filter(({ pid }) => pids.includes(pid))
  const descendants = below(pids, entries).filter(({ pid }) => !pids.includes(pid))
  return [...members.map(({ pid, startTime }) => ({ pid, startTime })), ...descendants]
}

function hasVariable(pid: number, variable: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable)
  } catch {
    // Gone, or another user's.
    return false
  }
}

function below(pids: readonly number[], entries: readonly ProcessEntry[]): readonly ProcessIdentity[] {
  const children = new Map<number, ProcessEntry[]>()
  for (const entry of entries) {
    const siblings = children.get(entry.parentPid)
    if (siblings === undefined) children.set(entry.parentPid, [entry])
    else siblings.push(entry)
  }
  const found: ProcessIdentity[] = []
  const queue = [...pids]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const child of children.get(next) ?? []) {
      found.push({ pid: child.pid, startTime: child.startTime })
      queue.push(child.pid)
    }
  }
  return found
}

/**
 * The first processes of the containers that a process runs: descendants in a PID namespace that is not its own. With
 * one of them the kernel ends everything in its container.
 */
export function containersOf(pid: number): readonly ProcessIdentity[] {
  const own = pidNamespaceOf(pid)
  if (own === undefined) return []
  return descendantsOf(pid).filter((descendant) => {
    const parent = readEntry(descendant.pid)?.parentPid
    const namespace = pidNamespaceOf(descendant.pid)
    return (
      namespace !== undefined && namespace !== own && parent !== undefined && pidNamespaceOf(parent) === own
    )
  })
}

function pidNamespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}

function readEntries(): ProcessEntry[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
      .flatMap((pid) => readEntry(pid) ?? [])
  } catch {
    return []
  }
}
