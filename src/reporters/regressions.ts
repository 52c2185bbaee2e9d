import { createColors } from 'picocolors'
import type { RunPhase } from '../engine/events.ts'
import type { RunRecord } from '../engine/records.ts'
import { formatDuration } from '../util/duration.ts'
import { formatRatio } from './comparison-table.ts'

/** A phase that took longer than in recent runs. */
export interface Regression extends RunPhase {
  /** Its tasks that took longer than they usually do, the most first. */
  readonly tasks: readonly string[]
}

/** A share of the median, above which a phase is told to have become slower where nobody says another. */
export const defaultThreshold = 0.5
/** By less than this nothing has become slower: that much the same work differs by itself. */
const leastMs = 1_000
/** The median of fewer runs is chance. */
const leastRuns = 3
const mostTasks = 3

/**
 * The phases that took longer than the median of recent runs that did the same work by more than a share of it: 0.2 for
 * 20%.
 */
export function regressionsOf(record: RunRecord, threshold: number): Regression[] {
  return (record.finished?.phases ?? [])
    .filter(({ durationMs, medianMs, runs }) => {
      const isClear = runs >= leastRuns && durationMs - medianMs >= leastMs
      return isClear && durationMs > medianMs * (1 + threshold)
    })
    .map((phase) => ({ ...phase, tasks: slowerTasks(record, phase.phase) }))
}

function slowerTasks({ plan, tasks: ended }: RunRecord, phase: string): string[] {
  return (plan?.tasks ?? [])
    .flatMap((task) => {
      const { outcome, startMs, endMs = 0 } = ended.get(task.id) ?? {}
      const isKnown = task.expectedMs > 0 && task.isEstimate !== true && outcome === 'succeeded'
      if (task.phase !== phase || !isKnown || startMs === undefined) return []
      return [{ id: task.id, byMs: endMs - startMs - task.expectedMs }]
    })
    .filter(({ byMs }) => byMs > 0)
    .sort((a, b) => b.byMs - a.byMs)
    .slice(0, mostTasks)
    .map(({ id }) => id)
}

/** A line for each: `build: 41.0s instead of 30.2s (+36%), most of it build:gateway`. */
export function formatRegressions(
  regressions: readonly Regression[],
  { color }: { readonly color: boolean },
): string[] {
  if (regressions.length === 0) return []
  const { bold, yellow } = createColors(color)
  return [
    bold('Slower than the median of recent runs'),
    ...regressions.map(({ phase, durationMs, medianMs, tasks }) => {
      const took = `${formatDuration(durationMs)} instead of ${formatDuration(medianMs)}`
      const most = tasks.length === 0 ? '' : `, most of it ${tasks.join(', ')}`
      return yellow(`${phase}: ${took} (${formatRatio(durationMs / medianMs)})${most}`)
    }),
  ]
}
