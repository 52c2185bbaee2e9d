/** A binary heap: the least item by `compare` first; adding and taking cost O(log n). */
export class Heap<Item> {
  readonly #compare: (a: Item, b: Item) => number
  readonly #items: Item[] = []

  constructor(compare: (a: Item, b: Item) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#items.length
  }

  /** The least item, which stays; `undefined` when the heap is empty. */
  peek(): Item | undefined {
    return this.#items[0]
  }

  push(item: Item): void {
    const items = this.#items
    let index = items.length
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = items[parentIndex] as Item
      if (this.#compare(item, parent) >= 0) break
      items[index] = parent
      index = parentIndex
    }
    items[index] = item
  }

  /** Takes the least item out; `undefined` when the heap is empty. */
  pop(): Item | undefined {
    const least = this.#items[0]
    const last = this.#items.pop()
    if (last !== undefined && this.#items.length > 0) this.#sink(last)
    return least
  }

  /** Puts `item` in the place of the root and lets it down to where it belongs. */
  #sink(item: Item): void {
    const items = this.#items
    let index = 0
    for (;;) {
      let childIndex = 2 * index + 1
      if (childIndex >= items.length) break
      let child = items[childIndex] as Item
      const sibling = items[childIndex + 1]
      if (sibling !== undefined && this.#compare(sibling, child) < 0) {
        child = sibling
        childIndex++
      }
      if (this.#compare(item, child) <= 0) break
      items[index] = child
      index = childIndex
    }
    items[index] = item
  }
}
