import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lintDockerfile } from './lint-dockerfile.ts'

const directory = join(import.meta.dirname, 'testdata')

interface Snippet {
  readonly title: string
  readonly text: string
  readonly expected: readonly string[]
}

/** Snippets begin with `=== title` and end with `---` and what is to be found: `line rule`, with commas between. */
function snippetsOf(file: string): Snippet[] {
  const blocks = readFileSync(join(directory, file), 'utf8').split(/^=== /m).slice(1)
  return blocks.map((block) => {
    const [, title = '', text = '', expected = ''] = /^([^\n]*)\n(.*?)^---([^\n]*)\n*$/ms.exec(block) ?? []
    return {
      title,
      text: text.replaceAll('␍', '\r'),
      expected: expected.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()])),
    }
  })
}

const files = readdirSync(directory).filter((name) => name.endsWith('.txt'))

describe.each(files)('L1, L2, L3, L4: %s', (file) => {
  test.each(snippetsOf(file))('$title', ({ title, text, expected }) => {
    expect(title).not.toBe('')
    const found = lintDockerfile(text).map(({ code, location }) => `${location?.start.line} ${code}`)
    expect(found.toSorted()).toEqual([...expected].toSorted())
  })
})

test('the corpus has at least 150 snippets', () => {
  expect(files.flatMap(snippetsOf).length).toBeGreaterThanOrEqual(150)
})
