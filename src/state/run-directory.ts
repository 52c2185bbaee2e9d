import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensurePrivateDirectory } from './private-files.ts'
import { pruneRuns } from './prune-runs.ts'

/** Everything one run leaves: its events, a log file per task, what was applied. Temporary files go with the run. */
export interface RunDirectory {
  readonly id: string
  readonly path: string
  readonly events: string
  readonly logs: string
  /** Private, and removed by `removeTemporary`. */
  readonly temporary: string
}

/** The directory Kindling keeps beside the configuration file; it ignores itself in git. */
export function projectDirectory(root: string): string {
  const directory = ensurePrivateDirectory(join(root, '.kindling'))
  const ignore = join(directory, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
  return directory
}

/** An id that sorts by time and does not repeat: `20261121-093015-3fa9c1` (UTC). */
export function newRunId(epochMs: number): string {
  const stamp = new Date(epochMs).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${stamp}-${randomBytes(3).toString('hex')}`
}

/** Where a run leaves what it leaves, whether or not it is there. */
export function runDirectory(root: string, id: string): RunDirectory {
  const path = join(root, '.kindling', 'runs', id)
  return {
    id,
    path,
    events: join(path, 'events.ndjson'),
    logs: join(path, 'logs'),
    temporary: join(path, 'tmp'),
  }
}

/** Creates the directory of a run; those of the oldest runs go. */
export function createRunDirectory(root: string, id: string): RunDirectory {
  projectDirectory(root)
  const run = runDirectory(root, id)
  for (const path of [run.path, run.logs, run.temporary]) ensurePrivateDirectory(path)
  pruneRuns(dirname(run.path))
  return run
}

/** Removes a run's temporary files; the evidence stays. */
export function removeTemporary(run: Pick<RunDirectory, 'temporary'>): void {
  rmSync(run.temporary, { recursive: true, force: true })
}
