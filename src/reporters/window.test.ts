import { expect, test } from 'vitest'
import { MemoryTerminal } from '../../test/rig/memory-terminal.ts'
import { Window } from './window.ts'

function drawing(columns = 80) {
  const terminal = new MemoryTerminal({ columns })
  const window = new Window()
  const draw = (lines: readonly string[], rows: readonly string[], width = columns) => {
    const frame = window.frame(lines, rows, width)
    if (frame !== '') terminal.write(frame)
    return frame
  }
  return { terminal, draw }
}

test('rows are drawn over, lines stay above them, and the cursor is below', () => {
  const { terminal, draw } = drawing()
  draw([], ['one', 'two', 'three'])
  draw(['kept'], ['four'])
  expect(terminal.text).toBe('kept\nfour\n')
  expect(terminal.cursor).toEqual({ row: 2, column: 0 })
  draw(['kept as well'], [])
  expect(terminal.text).toBe('kept\nkept as well\n')
})

test('a frame that changes nothing is not written', () => {
  const { draw } = drawing()
  draw([], ['one'])
  expect(draw([], ['one'])).toBe('')
  expect(draw([], ['two'])).not.toBe('')
})

test('every frame leaves the terminal as it was: complete, wrapping, with its cursor', () => {
  const { draw } = drawing()
  for (const frame of [draw([], ['one', 'two']), draw(['kept'], ['three']), draw([], [])]) {
    expect(frame.startsWith('\u001b[?2026h')).toBe(true)
    expect(frame.endsWith('\u001b[?2026l')).toBe(true)
    expect(frame.lastIndexOf('\u001b[?7h')).toBeGreaterThan(frame.lastIndexOf('\u001b[?7l'))
    expect(frame).not.toContain('?25')
  }
})

test('rows that a narrower terminal has wrapped are drawn over as well', () => {
  const { draw } = drawing(40)
  draw([], ['x'.repeat(40), `\u001b[31m${'y'.repeat(10)}\u001b[39m`])
  // The first row takes three now, the second, whose colours take no room, still one.
  expect(draw([], ['z'], 16)).toContain('\u001b[4A')
  expect(draw([], ['z'], 40)).toBe('')
})
