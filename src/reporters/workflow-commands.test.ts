import { expect, test } from 'vitest'
import { withoutCommands, workflowCommand } from './workflow-commands.ts'

test('what would end a message, or a property, is escaped', () => {
  expect(workflowCommand('error', '100% of it\r\nis: a, b')).toBe('::error::100%25 of it%0D%0Ais: a, b\n')
  expect(workflowCommand('error', 'x', { title: 'a: b, c%', file: 'a,b.yaml', line: 3, col: 7 })).toBe(
    '::error title=a%3A b%2C c%25,file=a%2Cb.yaml,line=3,col=7::x\n',
  )
  expect(workflowCommand('endgroup')).toBe('::endgroup::\n')
})

test.each([
  ['::error::not ours', ': :error::not ours'],
  ['  ::add-mask::a', '  : :add-mask::a'],
  ['text ##[error]not ours', 'text ## [error]not ours'],
  ['a::b is C++', 'a::b is C++'],
  ['one\n\n::group::two', 'one\n\n: :group::two'],
])('what a tool prints is no command: %s', (line, inert) => {
  expect(withoutCommands(line)).toBe(inert)
})
