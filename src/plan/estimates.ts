import type { PlannedTask } from './plan.ts'

/**
 * What a task takes where nothing at all is known of its kind, milliseconds: the middle of what was measured with the
 * examples and the tests of this repository, on two cores and a fast network. To be wrong by half does not matter much:
 * they are for the first run of a project, and only order and proportions count there.
 */
const defaultMs: Readonly<Record<Exclude<PlannedTask['kind'], 'cluster'>, number>> = {
  pull: 10_000,
  build: 30_000,
  manifest: 500,
  push: 10_000,
  export: 10_000,
  dns: 8_000,
  nodes: 15_000,
  layers: 1_500,
  load: 3_000,
  deploy: 500,
  ready: 4_000,
  run: 5_000,
  test: 60_000,
}

/** A Kind cluster of one node takes so long to create; for pods there is nothing to create but a network. */
const defaultClusterMs: Readonly<Record<string, number>> = { kind: 40_000, podman: 300 }

/**
 * Gives every task that has no history what can be expected of it, marked as an estimate: the median of the tasks of
 * its kind that have one, or else a default of its kind.
 */
export function withEstimates<T extends PlannedTask>(tasks: readonly T[]): T[] {
  const known = new Map<string, number[]>()
  for (const { kind, expectedMs } of tasks) {
    if (expectedMs > 0) known.set(kind, [...(known.get(kind) ?? []), expectedMs])
  }
  const medians = new Map([...known].map(([kind, values]) => [kind, middle(values)]))
  return tasks.map((task) =>
    task.expectedMs > 0
      ? task
      : { ...task, expectedMs: medians.get(task.kind) ?? defaultOf(task), isEstimate: true },
  )
}

function defaultOf(task: PlannedTask): number {
  return task.kind === 'cluster' ? (defaultClusterMs[task.provider] ?? 0) : defaultMs[task.kind]
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
