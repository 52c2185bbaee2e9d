import dockerignore from '@balena/dockerignore'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IgnoreRules, type IgnoreScope } from './ignore-rules.ts'

/** Judges a path as a walk does: directory by directory, and never into one that cannot hold what is seen. */
function isSeen(rules: IgnoreRules, path: string): boolean {
  let scope: IgnoreScope = rules.root
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const directory = rules.enter(path.slice(0, slash), scope)
    if (!directory.mayHoldSeen) return false
    scope = directory.scope
  }
  return !rules.isIgnored(path, scope)
}

describe('a pattern', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['is anchored at the context', 'a', ['b/a'], ['a', 'a/b']],
    ['may begin with a slash', '/a', ['b/a'], ['a']],
    ['may begin with a dot', './a/', ['b/a'], ['a', 'a/b']],
    ['is taken after white space', '  a  ', [], ['a']],
    ['tells upper from lower case', 'README', ['readme'], ['README']],
    ['`*` stays within a name', '*.md', ['a/b.md'], ['b.md', '.md']],
    ['`?` is one character', 'a?', ['a', 'abc', 'a/b'], ['ab', 'a\u{1f600}']],
    ['`**/` is any number of directories', '**/a', ['ba'], ['a', 'b/a', 'b/c/a/d']],
    ['`/**` is what is in a directory', 'a/**', ['a', 'b/a'], ['a/b', 'a/b/c']],
    ['`**` alone is everything', '**', [], ['a', 'a/b']],
    ['`[…]` is one of some characters', 'a[b-d]', ['ae', 'a'], ['ab', 'ad']],
    ['`[^…]` is one of all others', 'a[^b-d]', ['ab'], ['ae']],
    ['`\\` takes the meaning from what follows', 'a\\*', ['ab'], ['a*']],
    ['holds what regular expressions would take for theirs', 'a+(b).{c}|$', ['aab', 'ab'], ['a+(b).{c}|$']],
    ['with a mistake matches nothing', 'a[b', ['a[b', 'ab'], []],
    ['starts with `#` only after something else', '# a\n #b', ['# a'], ['#b']],
    ['survives a byte order mark and carriage returns', '\u{feff}a\r\nb\r\n', [], ['a', 'b']],
  ])('%s', (_, text, seen, ignored) => {
    const rules = new IgnoreRules(text)
    expect([...seen, ...ignored].filter((path) => isSeen(rules, path))).toEqual(seen)
  })
})

describe('an exception', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['takes back what patterns before it have said', '*\n!a', ['a', 'a/b'], ['b', 'b/a']],
    ['is taken back by patterns after it', 'a\n!a/b\na/b/c', ['a/b', 'a/b/d'], ['a', 'a/c', 'a/b/c']],
    ['may reach into an ignored directory', '*\n!a/b/c', ['a/b/c', 'a/b/c/d'], ['a/b/d', 'a/c']],
    ['reaches there with wildcards too', 'a\n!a/*/c', ['a/b/c'], ['a/c', 'a/b/d/c']],
    ['reaches every depth with `**`', 'a\n!**/c', ['a/c', 'a/b/c', 'c'], ['a/b']],
    ['may have a space after its mark', 'a\n! a', ['a'], []],
    ['of nothing says nothing', 'a\n!', [], ['a']],
  ])('%s', (_, text, seen, ignored) => {
    const rules = new IgnoreRules(text)
    expect([...seen, ...ignored].filter((path) => isSeen(rules, path))).toEqual(seen)
  })
})

test.each<[string, string, readonly string[], readonly string[]]>([
  ['no exception', 'a', [], ['a']],
  ['an exception before the pattern', '!a/b\na', [], ['a']],
  ['an exception elsewhere', 'a\nb\n!b/c', ['b'], ['a']],
  ['an exception that ends above', 'a/b\n!a/*', ['a/b'], []],
  ['an exception further down', 'a\n!a/b/c', ['a', 'a/b'], ['a/c']],
  ['an exception at any depth', 'a\n!a/**/c', ['a', 'a/b', 'a/b/d'], []],
])('an ignored directory is entered only for the sake of an exception: %s', (_, text, entered, left) => {
  const rules = new IgnoreRules(text)
  const mayHoldSeen = (path: string) => {
    const parents = path.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'))
    let scope = rules.root
    let result = true
    for (const parent of parents) ({ mayHoldSeen: result, scope } = rules.enter(parent, scope))
    return result
  }
  expect([...entered, ...left].filter(mayHoldSeen)).toEqual(entered)
})

test('all agrees with an implementation that judges each path alone', () => {
  const name = fc.stringMatching(/^[ab]{1,2}$/)
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
  const segment = fc.oneof(name, fc.constantFrom('*', '**', 'a*', '?', '[ab]b'))
  const pattern = fc
    .tuple(fc.constantFrom('', '', '!'), fc.array(segment, { minLength: 1, maxLength: 3 }))
    .map(([mark, segments]) => `${mark}${segments.join('/')}`)
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 5 }), fc.array(path, { maxLength: 20 }), (patterns, paths) => {
      const rules = new IgnoreRules(patterns.join('\n'))
      const other = dockerignore.default({ ignorecase: false }).add(patterns)
      for (const one of paths)
        expect({ one, isSeen: isSeen(rules, one) }).toEqual({ one, isSeen: !other.ignores(one) })
    }),
    { numRuns: 500 },
  )
})
