import { createHash } from 'node:crypto'
import type { PlanReady } from '../../engine/events.ts'
import type { RunRecord } from '../../engine/records.ts'

/**
 * What a run had to do, as a hash: its tasks and the fingerprints of its images. The strategy has no part in it, nor
 * has what was reused, so that runs of one environment are of one work.
 */
export function workOf({ plan, tasks }: RunRecord): string {
  const ids = tasksOf(plan).toSorted()
  const fingerprints = ids.map((id) => tasks.get(id)?.outputs?.fingerprint ?? '')
  return createHash('sha256')
    .update(JSON.stringify([ids, fingerprints]))
    .digest('hex')
    .slice(0, 16)
}

function tasksOf(plan: PlanReady | undefined): string[] {
  return (plan?.tasks ?? []).map(({ id }) => id)
}
