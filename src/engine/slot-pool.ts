import type { Slots } from './task.ts'

/** What a task asks of the limited slots, clamped to their capacity: a list of name and amount. */
export type Demand = readonly (readonly [slot: string, amount: number])[]

interface Slot {
  capacity: number
  free: number
  holders: number
  /** The most that any task asks for: less capacity would keep it waiting for ever. */
  largestDemand: number
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
      slots.set(name, { capacity: amount, free: amount, holders: 0, largestDemand: 0 })
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
      if (!slot || !(amount > 0)) return []
      const asked = Math.min(amount, slot.capacity)
      slot.largestDemand = Math.max(slot.largestDemand, asked)
      return [[name, asked] as const]
    })
  }

  /**
   * Halves a capacity, but never below what one task needs; what is running goes on. Returns the new capacity, or
   * `undefined` when there is nothing to halve.
   */
  narrow(name: string): number | undefined {
    const slot = this.#slots.get(name)
    if (!slot) return undefined
    const capacity = Math.max(Math.floor(slot.capacity / 2), slot.largestDemand)
    if (capacity >= slot.capacity) return undefined
    slot.free -= slot.capacity - capacity
    slot.capacity = capacity
    return capacity
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
