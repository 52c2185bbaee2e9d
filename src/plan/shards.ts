/** Something that takes its time, such as an environment with its tests. */
export interface Shardable {
  readonly name: string
  readonly durationMs: number
}

export interface Shard<T extends Shardable> {
  readonly items: readonly T[]
  /** Of all its items, one after another. */
  readonly durationMs: number
}

/**
 * Divides items among at most so many shards that take about as long as each other: the longest first, each to the shard
 * that has least to do. Never more than a third over the best division; no shard is empty. The same items are divided
 * in the same way, in whatever order they come.
 */
export function divide<T extends Shardable>(items: readonly T[], shards: number): readonly Shard<T>[] {
  const all = Array.from({ length: Math.min(shards, items.length) }, () => ({
    items: [] as T[],
    durationMs: 0,
  }))
  const byLength = items.toSorted((a, b) => b.durationMs - a.durationMs || (a.name < b.name ? -1 : 1))
  for (const item of byLength) {
    const [least] = all.toSorted((a, b) => a.durationMs - b.durationMs || a.items.length - b.items.length)
    least?.items.push(item)
    if (least !== undefined) least.durationMs += item.durationMs
  }
  return all
}
