import type { RunRecord } from '../../engine/records.ts'

/** Whether a run has pulled or made an external image, which every later one finds there. */
export function hasFetched({ plan, tasks }: Pick<RunRecord, 'plan' | 'tasks'>): boolean {
  const pulls = (plan?.tasks ?? []).filter(({ kind }) => kind === 'pull')
  return pulls.some(({ id }) => tasks.get(id)?.outcome === 'succeeded')
}
