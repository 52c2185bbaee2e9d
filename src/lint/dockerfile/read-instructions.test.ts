import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DockerfileParser } from 'dockerfile-ast'
import { expect, test } from 'vitest'
import { readInstructions } from './read-instructions.ts'

const directory = join(import.meta.dirname, '../testdata')
const snippets = readdirSync(directory)
  .flatMap((name) =>
    readFileSync(join(directory, name), 'utf8')
      .split(/^=== .*\n/m)
      .slice(1),
  )
  .map((block) => block.replace(/^---.*$/ms, '').replaceAll('␍', '\r'))

/** `ONBUILD` is what it is for here; and nobody can build what is open at the end of the file. */
const isDisputed = (text: string) => /^ONBUILD|<<EOF\nRUN|upgrade \\\n\s*$/m.test(text)

test('instructions are those of dockerfile-ast', () => {
  const compared = snippets.filter((text) => !isDisputed(text))
  expect(snippets.length - compared.length).toBe(3)
  for (const text of compared) {
    const ours = readInstructions(text).instructions.map(({ keyword, start, end }) => [
      keyword,
      text.slice(0, start).split('\n').length,
      text.slice(0, end).split('\n').length,
    ])
    const theirs = DockerfileParser.parse(text)
      .getInstructions()
      .map((one) => [one.getKeyword(), one.getRange().start.line + 1, one.getRange().end.line + 1])
    expect(ours, text).toEqual(theirs)
  }
})

test('an instruction has its flags, its argument on one line, and its heredocs', () => {
  const [run, ...others] = readInstructions(
    'RUN --mount=type=cache,target=/a --network=none a \\\n  # no\n\n  b <<-X 3<<Y\n\tone\n\tX\ntwo\nY\n',
  ).instructions
  expect(others).toEqual([])
  expect(run?.flags.map(({ name, value }) => [name, value.text])).toEqual([
    ['mount', 'type=cache,target=/a'],
    ['network', 'none'],
  ])
  expect(run?.argument.text).toBe('a   b <<-X 3<<Y')
  expect(run?.heredocs.map(({ name, body }) => [name, body.text])).toEqual([
    ['X', 'one\n'],
    ['Y', 'two\n'],
  ])
})

test.each([
  ['in quotes', 'RUN echo "<<EOF"'],
  ['in the exec form', 'RUN ["cat", "<<EOF"]'],
  ['of a label', 'LABEL a=<<EOF'],
])('what looks like a heredoc is none %s', (_, text) => {
  expect(readInstructions(`${text}\nUSER a\nEOF\n`).instructions.map(({ keyword }) => keyword)).toEqual([
    text.split(' ')[0],
    'USER',
    'EOF',
  ])
})
