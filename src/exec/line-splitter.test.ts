import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter, longestLine } from './line-splitter.ts'

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  for (const chunk of chunks) splitter.write(chunk)
  splitter.end()
  return lines
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

test('any chunking gives the same lines, and joined they are the text', () => {
  const text = fc
    .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', 'ä', '😀', '\r')))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat()), (whole, at) => {
      const lines = linesOf(cut(Buffer.from(whole), at))
      const expected = Buffer.from(whole).toString().split(/\r?\n/)
      if (expected.at(-1) === '') expected.pop()
      expect(lines).toEqual(expected)
    }),
  )
})

test('a line without end is cut at the same places whatever the chunks, and no character is broken', () => {
  const bytes = Buffer.from('€'.repeat(longestLine + 10))
  const whole = linesOf([bytes])
  expect(whole.map((line) => line.length)).toEqual([longestLine, 10])
  expect(linesOf(cut(bytes, [1, 1000, 65_537, 131_072]))).toEqual(whole)
})
