import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { contextFiles } from './context-files.ts'

/** The paths a build sees of these files, directories with a `/` at their end. */
function seen(files: Readonly<Record<string, string>>, dockerfile = 'Dockerfile'): string[] {
  const context = temporaryDirectory(files)
  return contextFiles(context, join(context, dockerfile)).map(({ path, kind }) =>
    kind === 'directory' ? `${path}/` : path,
  )
}

const tree = { 'a.txt': '', 'b.md': '', 'src/c.txt': '', 'src/deep/d.txt': '' }

describe('what a build sees of its context', () => {
  test('without an ignore file everything, sorted', () => {
    expect(seen(tree)).toEqual(['a.txt', 'b.md', 'src/', 'src/c.txt', 'src/deep/', 'src/deep/d.txt'])
  })

  test.each([
    [
      'a name is anchored at the root',
      'a.txt\nc.txt',
      ['.dockerignore', 'b.md', 'src/', 'src/c.txt', 'src/deep/', 'src/deep/d.txt'],
    ],
    ['`**` reaches every depth', '**/*.txt', ['.dockerignore', 'b.md', 'src/', 'src/deep/']],
    ['a directory goes with all in it', 'src', ['.dockerignore', 'a.txt', 'b.md']],
    ['so it does with a slash at its end', 'src/', ['.dockerignore', 'a.txt', 'b.md']],
    [
      'an exception brings one file back out of an ignored directory',
      '*\n!src/deep/d.txt',
      ['src/', 'src/deep/', 'src/deep/d.txt'],
    ],
    [
      'the last pattern that matches decides',
      'src\n!src\nsrc/deep',
      ['.dockerignore', 'a.txt', 'b.md', 'src/', 'src/c.txt'],
    ],
    [
      'comments and empty lines say nothing',
      '# a.txt\n\n',
      ['.dockerignore', 'a.txt', 'b.md', 'src/', 'src/c.txt', 'src/deep/', 'src/deep/d.txt'],
    ],
  ])('%s', (_, ignore, expected) => {
    expect(seen({ ...tree, '.dockerignore': ignore })).toEqual(expected)
  })

  test("the Dockerfile's own ignore file takes the place of the context's", () => {
    const files = {
      ...tree,
      '.dockerignore': 'a.txt',
      'docker/api.Dockerfile': '',
      'docker/api.Dockerfile.dockerignore': 'src\ndocker\n.dockerignore',
    }
    expect(seen(files, 'docker/api.Dockerfile')).toEqual(['a.txt', 'b.md'])
  })

  test("podman's name for the ignore file comes first, as podman has it", () => {
    expect(
      seen({ 'a.txt': '', 'b.txt': '', '.containerignore': 'a.txt\n.*', '.dockerignore': 'b.txt' }),
    ).toEqual(['b.txt'])
  })

  test('links are links, wherever they lead', () => {
    const context = temporaryDirectory(tree)
    symlinkSync('src', join(context, 'to-directory'))
    symlinkSync('/nowhere', join(context, 'to-nothing'))
    const links = contextFiles(context, join(context, 'Dockerfile')).filter(({ kind }) => kind === 'link')
    expect(links.map(({ path }) => path)).toEqual(['to-directory', 'to-nothing'])
  })
})
