import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap } from './heap.ts'

test('whatever is put in and taken out in between, the least comes first', () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.nat(99) },
    { weight: 1, arbitrary: fc.constant('take' as const) },
  )
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
      const heap = new Heap<number>((a, b) => a - b)
      let model: number[] = []
      for (const next of steps) {
        if (next === 'take') {
          expect(heap.peek()).toBe(model[0])
          expect(heap.pop()).toBe(model[0])
          model = model.slice(1)
        } else {
          heap.push(next)
          model = [...model, next].sort((a, b) => a - b)
        }
        expect(heap.size).toBe(model.length)
      }
    }),
  )
})
