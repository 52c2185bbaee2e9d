import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Tail } from './tail.ts'

test('a tail is the last lines, however many there were', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,4}$/)),
      fc.integer({ min: 1, max: 5 }),
      (lines, limit) => {
        const tail = new Tail(limit)
        for (const line of lines) tail.push(line)
        expect(tail.toString()).toBe(lines.slice(-limit).join('\n'))
      },
    ),
  )
})

test('what moves the cursor or rings the bell does not reach the message', () => {
  const tail = new Tail(5)
  tail.push('\u001b[31mred\u001b[0m\u0007 and \u001b[2Jmore')
  for (const control of ['\u001b', '\u0007']) expect(tail.toString()).not.toContain(control)
  expect(tail.toString()).toContain('red')
})
