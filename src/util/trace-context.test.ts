import { expect, test } from 'vitest'
import { isTraceparent, spanIdOf, traceOf, traceparentOf } from './trace-context.ts'

const [trace, span] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']

test('a run is part of the trace it was started in, and of one of its own otherwise', () => {
  expect(traceOf('r1', `00-${trace}-${span}-01`)).toMatchObject({ traceId: trace, parentSpanId: span })
  const own = traceOf('r1', undefined)
  expect(own).toEqual(traceOf('r1', 'nonsense'))
  expect(own.parentSpanId).toBeUndefined()
  expect(own.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(traceOf('r2', undefined).traceId).not.toBe(own.traceId)
})

test('spans are known by the run and their name, so that a report made later says the same', () => {
  expect(spanIdOf('r1', 'test:e2e')).toBe(spanIdOf('r1', 'test:e2e'))
  const ids = [['r1', 'a'], ['r1', 'b'], ['r2', 'a'], ['r1', 'a', '0'] as const].map(([run = '', ...path]) =>
    spanIdOf(run, ...path),
  )
  expect(new Set(ids).size).toBe(4)
  expect(isTraceparent(traceparentOf(trace, spanIdOf('r1', 'a')))).toBe(true)
})

test.each([
  `ff-${trace}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${trace}-${span}`,
  '',
])('%s is no trace context', (text) => {
  expect(isTraceparent(text)).toBe(false)
})
