import { fileURLToPath } from 'node:url'
import { startSentinel } from '../../exec/sentinel.ts'
import type { Host } from '../host.ts'

const bin = fileURLToPath(new URL('../../../bin/kindling.js', import.meta.url))

/**
 * Has what this process does for an owner put in order should it be killed, by a process that survives it: `reap.ts`
 * says how. Returns what ends the watch; `KINDLING_REAPER=off` leaves it to the next `down`, `gc` or `up`.
 */
export function startReaper(
  host: Host,
  { id, projectId }: { readonly id: string; readonly projectId: string },
): () => void {
  if (!host.hasReaper) return () => {}
  return startSentinel({
    program: process.execPath,
    args: [bin, 'reap', projectId, id, `${process.pid}`],
    // Nowhere in particular: what this process works in may be removed or unmounted before it ends.
    cwd: '/',
    env: { KINDLING_STATE_DIR: host.stateDirectory, KINDLING_REAPER: 'off' },
  })
}
