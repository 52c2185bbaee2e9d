import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEdits } from './fix.ts'
import { lintDockerfile } from './lint-dockerfile.ts'

/** `KINDLING_FUZZ_RUNS=10000` takes half a minute. */
const numRuns = Number(process.env.KINDLING_FUZZ_RUNS ?? 1_500)

const directory = join(import.meta.dirname, 'testdata')
const corpus = readdirSync(directory)
  .map((name) => readFileSync(join(directory, name), 'utf8'))
  .join('')

/** What Dockerfiles and shell scripts are made of, in any order. */
const pieces = [
  ...[
    'FROM a:1',
    'RUN ',
    'ARG A=',
    'ENV A ',
    'COPY . .',
    'ADD ',
    'SHELL ["',
    'ONBUILD ',
    '# escape=`\n',
    '# kindling-lint ',
  ],
  ...[
    'disable=',
    'reason="',
    'package-upgrade',
    '<<EOF',
    '<<-"E"',
    '\nEOF\n',
    '--mount=type=cache,target=/var/lib/apt ',
  ],
  ...[
    '\n',
    '\r\n',
    '\\\n',
    '`\n',
    '\t',
    ' ',
    '#',
    "'",
    '"',
    '`',
    '$',
    '$(',
    '${',
    '$((',
    '))',
    ')',
    '(',
    '}',
    '{',
  ],
  ...[
    ';',
    ';;',
    '&&',
    '||',
    '|',
    '&',
    '<',
    '>',
    '<<<',
    '[',
    ']',
    '[[ ',
    ' ]]',
    'case x in ',
    'esac',
    'for i in ',
  ],
  ...[
    'do ',
    'done',
    'if ',
    'then ',
    'fi',
    'f() ',
    'function ',
    'sh -c ',
    'eval ',
    'sudo ',
    'env -S ',
    'xargs ',
    'A=dnf ',
  ],
  ...[
    '$A',
    'dnf ',
    'update ',
    'apt-get ',
    'upgrade ',
    'apk add ',
    '-y ',
    '["sh","-c","',
    '\\u00',
    '\\',
    '\u{feff}',
    '💡',
  ],
]

const structured = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join(''))
const cut = fc
  .tuple(fc.nat(corpus.length), fc.nat(400), fc.nat(400))
  .map(
    ([at, length, gap]) =>
      corpus.slice(at, at + length) + corpus.slice(at + length + gap, at + length + gap + 200),
  )

test('whatever it is given is read to the end, and every place lies in the file', () => {
  fc.assert(
    fc.property(fc.oneof(structured, cut, fc.string({ maxLength: 200 })), (text) => {
      const lines = text.split('\n')
      for (const { location, edits = [] } of lintDockerfile(text)) {
        const { start, end } = location ?? { start: { line: 0, column: 0 }, end: { line: 0, column: 0 } }
        expect(lines[start.line - 1]?.length).toBeGreaterThanOrEqual(start.column - 1)
        expect(lines[end.line - 1]?.length).toBeGreaterThanOrEqual(end.column - 1)
        expect((end.line - start.line || end.column - start.column) >= 0).toBe(true)
        for (const edit of edits) expect(edit.end).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns },
  )
})

test('a fix leaves nothing to fix', () => {
  fc.assert(
    fc.property(fc.oneof(structured, cut), (text) => {
      const fixed = applyEdits(text, lintDockerfile(text)).text
      const left = lintDockerfile(fixed).filter(({ edits, code }) => edits !== undefined && code !== 'waiver')
      expect(left).toEqual([])
    }),
    { numRuns: numRuns / 5 },
  )
})

test.each([
  ['nested substitutions', '$('.repeat(20_000)],
  ['nested braces', '${a:-'.repeat(20_000)],
  ['nested quotes', `sh -c "${'sh -c \\"'.repeat(2_000)}`],
  ['open quotes', '" \' '.repeat(20_000)],
  ['open heredocs', 'RUN <<EOF\n'.repeat(3_000)],
  ['heredocs of a script', 'cat <<A; '.repeat(5_000)],
  ['loops over many words', `for a in ${'x '.repeat(5_000)}; do ${'$a '.repeat(500)}; done`],
  ['continuations', `a ${'\\\n'.repeat(50_000)}`],
  ['cases', 'case a in '.repeat(5_000)],
  ['backticks', '` '.repeat(20_000)],
  ['process substitutions', '<('.repeat(20_000)],
  ['evals', `${'eval '.repeat(5_000)} dnf update`],
  ['wrappers', `${'sudo '.repeat(5_000)} dnf update`],
])('does not hang on %s', (_, script) => {
  expect(lintDockerfile(`FROM a:1\nRUN ${script}`)).toBeInstanceOf(Array)
})
