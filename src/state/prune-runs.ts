import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** How many runs of a project leave something to be looked at: enough to compare with last week's, some 50 MB as a rule. */
export const runsKept = 100

const runId = /^\d{8}-\d{6}-[0-9a-f]{6}$/

/**
 * Removes what the oldest runs have left, so that a directory of runs does not grow for ever (M4). A run that is going on
 * stays, and so does one that was killed until `gc` has cleared it away; so does all that Kindling did not name.
 */
export function pruneRuns(runs: string, kept: number = runsKept): void {
  const old = readdirSync(runs)
    .filter((name) => runId.test(name))
    .sort()
    .slice(0, -kept)
  for (const path of old.map((name) => join(runs, name))) {
    if (existsSync(join(path, 'tmp'))) continue
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // Somebody else's by now, or already on its way: not worth a run.
    }
  }
}
