import { expect, test } from 'vitest'
import { pieceOf } from './log-piece.ts'

const of = { container: 'web/app', run: 'web 1' }

test('the lines of all streams come in the order of their times, without these', () => {
  const out = '2030-01-01T00:00:01.000000001Z one\n2030-01-01T00:00:03.5Z three: a b\n2030-01-01T00:00:04Z\n'
  const error = '2030-01-01T01:00:02.1+01:00 two\n'
  expect(pieceOf(of, [out, error], undefined)).toEqual({
    ...of,
    lines: ['one', 'two', 'three: a b', ''],
    mark: '2030-01-01T00:00:03.000Z',
  })
})

test('where nothing was printed, the next look begins where this one did', () => {
  expect(pieceOf(of, ['', ''], undefined)).toEqual({ ...of, lines: [] })
  expect(pieceOf(of, [''], '2030-01-01T00:00:00Z')).toMatchObject({ mark: '2030-01-01T00:00:00Z' })
})

test('the next look never begins before this one', () => {
  const since = '2030-01-01T00:00:01.900Z'
  expect(pieceOf(of, ['2030-01-01T00:00:02Z one'], since).mark).toBe(since)
})

test('what is no line of a log is none', () => {
  expect(pieceOf(of, ['Error: no such container'], undefined).lines).toEqual([])
})
