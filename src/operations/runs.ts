import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { RunEvent, RunFinished, RunStarted } from '../engine/events.ts'
import { InvalidInput } from './operation-error.ts'

/** A run that has left its events. */
export interface KnownRun {
  /** Of its directory; the name of the file for events that lie elsewhere. */
  readonly id: string
  readonly directory: string
  readonly events: string
}

/** What the first and the last of a run's events say. */
export interface RunOverview extends KnownRun {
  readonly started?: RunStarted
  /** Absent while it runs, and when it was killed. */
  readonly finished?: RunFinished
}

const eventsName = 'events.ndjson'
/** The first event is short; the last one names the critical path. */
const headBytes = 2 ** 12
const tailBytes = 2 ** 18
const mostShown = 8

/** The runs of the project that a directory belongs to, newest first; empty where there are none. */
export function listRuns(cwd: string, configFile?: string): KnownRun[] {
  const root = configFile === undefined ? rootAbove(cwd) : rootOf(resolve(cwd, configFile))
  if (root === undefined) return []
  const runs = join(root, '.kindling', 'runs')
  if (!existsSync(runs)) return []
  return readdirSync(runs)
    .map((id) => ({ id, directory: join(runs, id), events: join(runs, id, eventsName) }))
    .filter(({ events }) => existsSync(events))
    .sort((a, b) => (a.id < b.id ? 1 : -1))
}

/**
 * The run that is meant: by its id, by the beginning or the end of it that only one run has, or by the path of a run
 * directory or an events file. Throws `InvalidInput` with what there is.
 */
export function findRun(name: string, runs: readonly KnownRun[], cwd: string): KnownRun {
  const exact = runs.find(({ id }) => id === name)
  if (exact !== undefined) return exact
  const path = resolve(cwd, name)
  if (existsSync(path)) {
    const events = statSync(path).isDirectory() ? join(path, eventsName) : path
    if (existsSync(events)) return { id: name, directory: dirname(events), events }
    throw unknownRun(`there is no ${eventsName} in ${path}`, runs)
  }
  const alike = runs.filter(({ id }) => id.startsWith(name) || id.endsWith(name))
  const [only, ...others] = alike
  if (only !== undefined && others.length === 0) return only
  throw unknownRun(
    only === undefined ? `there is no run \`${name}\`` : `\`${name}\` is the name of ${alike.length} runs`,
    only === undefined ? runs : alike,
  )
}

/** The newest run. Throws `InvalidInput` where there is none. */
export function newestRun(runs: readonly KnownRun[]): KnownRun {
  const [newest] = runs
  if (newest === undefined) throw unknownRun('there are no runs here', runs)
  return newest
}

/** The run before another that did the same: the same command in the same environment. Throws `InvalidInput`. */
export function runBefore(run: KnownRun, runs: readonly KnownRun[]): KnownRun {
  const { started } = overviewOf(run)
  const place = runs.findIndex(({ events }) => events === run.events)
  const before = runs.slice(place + 1).find((other) => {
    const { started: its, finished } = overviewOf(other)
    const isSame = its?.command === started?.command && its?.environment === started?.environment
    return isSame && finished?.outcome === 'succeeded'
  })
  if (place >= 0 && before !== undefined) return before
  throw unknownRun(`no run before ${run.id} did the same and succeeded`, runs)
}

/** How a run began and how it ended, without reading what lies between. */
export function overviewOf(run: KnownRun): RunOverview {
  const fd = openSync(run.events, 'r')
  try {
    const { size } = fstatSync(fd)
    const [first] = read(fd, 0, Math.min(size, headBytes)).split('\n')
    const tail = read(fd, Math.max(0, size - tailBytes), Math.min(size, tailBytes))
    const started = parse(first ?? '')
    const finished = parse(tail.trimEnd().split('\n').at(-1) ?? '')
    return {
      ...run,
      ...(started?.type === 'run-started' ? { started } : {}),
      ...(finished?.type === 'run-finished' ? { finished } : {}),
    }
  } finally {
    closeSync(fd)
  }
}

/** The directory of a configuration file, which may be gone by now where there are runs beside it. */
function rootOf(configFile: string): string {
  const root = dirname(configFile)
  if (existsSync(configFile) || existsSync(join(root, '.kindling', 'runs'))) return root
  const message = `cannot read ${configFile}: there is no such file`
  const hint = 'name the `kindling.yaml` of the project whose runs you mean, or a run by its path'
  throw new InvalidInput([{ code: 'E_CONFIG_NOT_FOUND', severity: 'error', message, hint }])
}

function rootAbove(cwd: string): string | undefined {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.kindling', 'runs'))) return directory
    if (directory === dirname(directory)) return undefined
  }
}

function read(fd: number, position: number, length: number): string {
  const buffer = Buffer.alloc(length)
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, length, position))
}

function parse(line: string): RunEvent | undefined {
  try {
    return JSON.parse(line) as RunEvent
  } catch {
    // Cut off, or still being written.
    return undefined
  }
}

function unknownRun(message: string, runs: readonly KnownRun[]): InvalidInput {
  const shown = runs.slice(0, mostShown).map(({ id }) => id)
  const more = runs.length > shown.length ? ` and ${runs.length - shown.length} more` : ''
  const hint =
    runs.length === 0
      ? 'bring something up or build something first, or name the directory of a run'
      : `runs here: ${shown.join(', ')}${more}; \`kindling report --list\` shows what they were`
  return new InvalidInput([{ code: 'E_RUN_NOT_FOUND', severity: 'error', message, hint }])
}
