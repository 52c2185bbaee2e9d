import { describe, expect, test } from 'vitest'
import type { Diagnostic, SourceLocation } from './diagnostic.ts'
import { displayPath, formatDiagnostic } from './format.ts'

const file = '/repo/kindling.yaml'
const source = ['images:', '  base:', '    dockerfil: a', '    needs: [gateway]', '\tx: y'].join('\n')
const plain = { color: false, cwd: '/repo' }

function place(line: number, column: number, length: number, path: string = file): SourceLocation {
  return { file: path, start: { line, column }, end: { line, column: column + length } }
}

const unknownKey: Diagnostic = {
  code: 'E_CONFIG_UNKNOWN_KEY',
  severity: 'error',
  message: '`images.base` has no key `dockerfil`',
  location: place(3, 5, 9),
  hint: 'did you mean `dockerfile`?',
}

describe('formatDiagnostic', () => {
  test('place, code, message, excerpt and hint', () => {
    expect(formatDiagnostic(unknownKey, source, plain)).toMatchInlineSnapshot(`
      "kindling.yaml:3:5  error  E_CONFIG_UNKNOWN_KEY
        \`images.base\` has no key \`dockerfil\`
          3 |     dockerfil: a
            |     ~~~~~~~~~
        hint: did you mean \`dockerfile\`?"
    `)
  })

  test('related places show their own excerpt, those of other files only the place', () => {
    const cycle: Diagnostic = {
      ...unknownKey,
      related: [
        { message: 'base needs gateway', location: place(4, 13, 7) },
        { message: 'declared here', location: place(1, 1, 3, '/repo/deploy/a.yaml') },
      ],
    }
    expect(formatDiagnostic(cycle, source, plain)).toMatchInlineSnapshot(`
      "kindling.yaml:3:5  error  E_CONFIG_UNKNOWN_KEY
        \`images.base\` has no key \`dockerfil\`
          3 |     dockerfil: a
            |     ~~~~~~~~~
        kindling.yaml:4:13  base needs gateway
          4 |     needs: [gateway]
            |             ~~~~~~~
        deploy/a.yaml:1:1  declared here
        hint: did you mean \`dockerfile\`?"
    `)
  })

  test('a related place that is the place itself is not shown twice', () => {
    const related = [{ message: 'base needs base', location: place(3, 5, 9) }]
    const text = formatDiagnostic({ ...unknownKey, related }, source, plain)
    expect(text.match(/dockerfil: a/g)).toHaveLength(1)
    expect(text).toContain('kindling.yaml:3:5  base needs base')
  })

  test('without a source there is no excerpt, without a location no place', () => {
    expect(formatDiagnostic(unknownKey, undefined, plain)).not.toContain('~')
    const nowhere: Diagnostic = { code: 'E_CONFIG_NOT_FOUND', severity: 'warning', message: 'nothing here' }
    expect(formatDiagnostic(nowhere, undefined, plain)).toBe('warning  E_CONFIG_NOT_FOUND\n  nothing here')
  })

  test('a range over several lines is underlined to the end of its first line', () => {
    const location = { file, start: { line: 2, column: 3 }, end: { line: 4, column: 1 } }
    expect(formatDiagnostic({ ...unknownKey, location }, source, plain)).toContain(
      '2 |   base:\n      |   ~~~~~\n',
    )
  })

  test('an empty range still points at its place', () => {
    expect(formatDiagnostic({ ...unknownKey, location: place(1, 8, 0) }, source, plain)).toContain(
      '1 | images:\n      |        ~\n',
    )
  })

  test('tabs keep the squiggle aligned', () => {
    expect(formatDiagnostic({ ...unknownKey, location: place(5, 2, 1) }, source, plain)).toContain(
      '5 |  x: y\n      |  ~\n',
    )
  })

  test('a long line is cut around the place', () => {
    const line = `{${'a: 1, '.repeat(40)}wrong: 2, ${'b: 1, '.repeat(40)}}`
    const text = formatDiagnostic(
      { ...unknownKey, location: place(1, line.indexOf('wrong') + 1, 5) },
      line,
      plain,
    )
    const [, , shown = '', squiggle = ''] = text.split('\n')
    expect(shown.length).toBeLessThan(115)
    expect(shown.slice(squiggle.indexOf('~'), squiggle.lastIndexOf('~') + 1)).toBe('wrong')
    expect(shown).toMatch(/^ {4}1 \| ….*…$/)
  })

  test('control characters of a file do not reach the terminal', () => {
    const text = formatDiagnostic(
      { ...unknownKey, message: 'bad \u001b[31m', location: place(1, 1, 1) },
      'a\u001b]0;owned\u0007',
      plain,
    )
    expect(text).not.toContain('\u001b')
    expect(text).toContain('bad \\x1b[31m')
  })

  test('colour is decided by the caller alone', () => {
    expect(formatDiagnostic(unknownKey, source, { ...plain, color: true })).toContain('\u001b[31m')
    expect(formatDiagnostic(unknownKey, source, plain)).not.toContain('\u001b')
  })
})

test('a path outside the working directory stays absolute', () => {
  expect(displayPath('/repo/a/b.yaml', '/repo')).toBe('a/b.yaml')
  expect(displayPath('/other/b.yaml', '/repo')).toBe('/other/b.yaml')
})
