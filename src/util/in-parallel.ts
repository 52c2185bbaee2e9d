/** Does something with every item, for at most so many of them at once. Rejects with the first rejection. */
export async function inParallel<T>(
  atOnce: number,
  items: readonly T[],
  action: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values()
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const item of rest) await action(item)
  })
  await Promise.all(workers)
}
