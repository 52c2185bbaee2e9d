import { expect, test } from 'vitest'
import { mapTexts } from './map-texts.ts'

test('every text of plain data is converted, wherever it is; the rest stays', () => {
  const value = { type: 'a', at: 1, is: true, no: null, list: ['a', 2], in: { a: 'a', deep: [{ a: 'b' }] } }
  expect(mapTexts(value, (text) => `${text}!`)).toEqual({
    type: 'a!',
    at: 1,
    is: true,
    no: null,
    list: ['a!', 2],
    in: { a: 'a!', deep: [{ a: 'b!' }] },
  })
})
