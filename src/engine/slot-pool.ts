import type { Slots } from './task.ts'

/** What a task asks of the limited slots, clamped to their capacity: a list of name and amount. */
export type Demand = readonly (readonly [slot: string, amount: number])[]

interface Slot {
  readonly capacity: number
  free: number
  holders: number
}

/** The capacities of a run and what is left of them. */
export class SlotPool {
  readonly #slots: ReadonlyMap<string, Slot>

  /** Throws a `RangeError` for a capacity that is not more than 0. */
  constructor(capacity: Slots) {
    const slots = new Map<string, Slot>()
    for (const [name, amount] of Object.entries(capacity)) {
      if (!(amount > 0))
        throw new RangeError(`The capacity of slot ${name} must be more than 0, not ${amount}`)
      slots.set(name, { capacity: amount, free: amount, holders: 0 })
    }
    this.#slots = slots
  }

  /**
   * The part of `slots` that is limited here. More than the capacity becomes the capacity: such a task
   * has the slot for itself rather than waiting for ever.
   */
  demand(slots: Slots): Demand {
    return Object.entries(slots).flatMap(([name, amount]) => {
      const slot = this.#slots.get(name)
      return slot && amount > 0 ? [[name, Math.min(amount, slot.capacity)] as const] : []
    })
  }

  fits(demand: Demand): boolean {
    return demand.every(([name, amount]) => amount <= this.#slot(name).free)
  }

  take(demand: Demand): void {
    for (const [name, amount] of demand) {
      const slot = this.#slot(name)
      slot.free -= amount
      slot.holders++
    }
  }

  giveBack(demand: Demand): void {
    for (const [name, amount] of demand) {
      const slot = this.#slot(name)
      slot.holders--
      // Fractions do not add up exactly; a slot nobody holds must be whole again, or a clamped task never fits.
      slot.free = slot.holders === 0 ? slot.capacity : slot.free + amount
    }
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name)
    if (!slot) throw new Error(`Internal error: no slot ${name}`)
    return slot
  }
}
