import { describe, expect, test } from 'vitest'
import { parseYaml, type YamlSource } from './yaml-source.ts'

const file = '/repo/a.yaml'

function parse(text: string, dialect: 'core' | 'kubernetes' = 'core') {
  return parseYaml(file, text, { code: 'E_CONFIG_SYNTAX', dialect })
}

function only(text: string): YamlSource {
  const [source, ...others] = parse(text).sources
  if (source === undefined || others.length > 0) throw new Error('expected exactly one document')
  return source
}

function span({ start, end }: ReturnType<YamlSource['locate']>): string {
  return `${start.line}:${start.column}-${end.line}:${end.column}`
}

describe('positions', () => {
  const source = only('images:\n  base: { dockerfile: a, needs: [b, "c"] }\n  empty:\n')

  test('a value, a key, a list item', () => {
    expect(span(source.locate(['images', 'base', 'dockerfile']))).toBe('2:23-2:24')
    expect(span(source.locateKey(['images', 'base', 'dockerfile']))).toBe('2:11-2:21')
    expect(span(source.locate(['images', 'base', 'needs', 1]))).toBe('2:37-2:40')
  })

  test('what does not exist is found at its nearest ancestor, an empty value at its key', () => {
    expect(span(source.locate(['images', 'base', 'context', 'x']))).toBe(
      span(source.locate(['images', 'base'])),
    )
    expect(span(source.locate(['images', 'empty']))).toBe('3:3-3:8')
  })

  test('aliases are followed', () => {
    const aliased = only('a: &shared { x: 1 }\nb: *shared\n')
    expect(aliased.value).toEqual({ a: { x: 1 }, b: { x: 1 } })
    expect(span(aliased.locate(['b', 'x']))).toBe('1:17-1:18')
  })

  test('a part of a plain or quoted scalar is found exactly', () => {
    const text = only(`a: x\${env.A}\nb: "x\${env.A}"\nc: 'x\${env.A}'\n`)
    expect(span(text.locateInside(['a'], 1, 8))).toBe('1:5-1:13')
    expect(span(text.locateInside(['b'], 1, 8))).toBe('2:6-2:14')
    expect(span(text.locateInside(['c'], 1, 8))).toBe('3:6-3:14')
  })

  test('escapes and block scalars fall back to the whole value', () => {
    const text = only('a: "\\t${env.A}"\nb: |\n  ${env.A}\n')
    expect(span(text.locateInside(['a'], 1, 8))).toBe('1:4-1:16')
    expect(span(text.locateInside(['b'], 0, 8))).toBe(span(text.locate(['b'])))
  })

  test('a scalar keeps the text its author wrote', () => {
    const text = only('version: 1.20\nquoted: "1.20"\nflag: true\n')
    expect(text.textOf(['version'])).toBe('1.20')
    expect(text.textOf(['quoted'])).toBe('1.20')
    expect(text.textOf(['flag'])).toBe('true')
    expect(text.textOf(['absent'])).toBeUndefined()
  })
})

describe('syntax errors', () => {
  test('every bad document is reported with its position, the good ones are kept', () => {
    const { sources, diagnostics } = parse('a: [1\n---\nb: 2\n---\nc: "x\n')
    expect(sources.map(({ value }) => value)).toEqual([{ b: 2 }])
    expect(diagnostics.map(({ location }) => location?.start.line)).toEqual([2, 5])
  })

  test('a key that is there twice is an error, but the rest can be read', () => {
    const { sources, diagnostics } = parse('a: 1\na: 2\n')
    expect(sources).toHaveLength(1)
    expect(diagnostics).toMatchObject([
      {
        code: 'E_CONFIG_SYNTAX',
        message: 'the key `a` is there twice',
        location: { start: { line: 2, column: 1 } },
      },
    ])
  })

  test('an alias without an anchor is a diagnostic, not an exception', () => {
    const { sources, diagnostics } = parse('a: *nowhere\n')
    expect(sources).toEqual([])
    expect(diagnostics).toMatchObject([
      {
        message: 'the alias `*nowhere` has no anchor before it',
        location: { start: { line: 1, column: 4 } },
      },
    ])
  })

  test('aliases that grow without bound are a diagnostic, not an exception', () => {
    const levels = ['a: &l0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 6; level++) {
      levels.push(`k${level}: &l${level} [${Array.from({ length: 10 }, () => `*l${level - 1}`).join(', ')}]`)
    }
    expect(parse(levels.join('\n'))).toMatchObject({
      sources: [],
      diagnostics: [{ message: expect.stringContaining('alias') }],
    })
  })
})

test('the Kubernetes dialect reads octal modes, yes and no, and merge keys as kubectl does', () => {
  const text = 'base: &base { mode: 0644 }\nall: { <<: *base, readOnly: yes, time: 12:30 }\n'
  expect(parse(text, 'kubernetes').sources[0]?.value).toEqual({
    base: { mode: 0o644 },
    all: { mode: 0o644, readOnly: true, time: '12:30' },
  })
  expect(parse('mode: 0644\nanswer: yes\n').sources[0]?.value).toEqual({ mode: 644, answer: 'yes' })
})
