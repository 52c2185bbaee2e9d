import { expect, test } from 'vitest'
import { terminalOn } from './terminal.ts'

const tty = { write: () => true, isTTY: true, columns: 100, rows: 30 }
const file = { write: () => true }

test('what is no terminal counts as 80 by 24 without colours', () => {
  expect(terminalOn(file, {})).toMatchObject({ columns: 80, rows: 24, isTTY: false, color: false })
  expect(terminalOn(tty, {})).toMatchObject({ columns: 100, rows: 30, isTTY: true, color: true })
})

test('the size is that of the moment', () => {
  const stream = { ...tty }
  const terminal = terminalOn(stream, {})
  stream.columns = 50
  expect(terminal.columns).toBe(50)
})

test.each([
  [tty, { NO_COLOR: '1' }, false],
  [tty, { NO_COLOR: '' }, true],
  [tty, { TERM: 'dumb' }, false],
  [file, { FORCE_COLOR: '1' }, true],
  [tty, { FORCE_COLOR: '0' }, false],
  [tty, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('colours follow the environment: case %#', (stream, env, color) => {
  expect(terminalOn(stream, env).color).toBe(color)
})
