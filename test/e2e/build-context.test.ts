import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { contextFiles } from '../../src/images/context-files.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'

const tree = [
  'README.md',
  'readme.md',
  'a.txt',
  'src/a.txt',
  'src/b.md',
  'src/deep/c.txt',
  'src/deep/d.md',
  'docs/e.md',
  'docs/keep/f.md',
  'node_modules/g/h.js',
  'src/node_modules/i.js',
]

function podman(...args: readonly string[]): string {
  return execFileSync('podman', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

/** The files that podman itself copies into an image. */
function filesInImage(context: string): string[] {
  const name = `localhost/kindling-test-context:${randomBytes(4).toString('hex')}`
  podman('build', '--tag', name, '--file', join(context, 'Dockerfile'), context)
  onTestFinished(() => void podman('rmi', name))
  const container = podman('create', name, 'none').trim()
  onTestFinished(() => void podman('rm', container))
  const tar = join(temporaryDirectory(), 'files.tar')
  podman('export', '--output', tar, container)
  return execFileSync('tar', ['-tf', tar, 'context'], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('/'))
    .map((path) => path.slice('context/'.length))
    .sort()
}

describe('what a fingerprint counts is what podman copies', () => {
  test.each([
    ['a name', 'README.md'],
    ['directories', 'node_modules/\n/docs'],
    ['`**` before a name', '**/node_modules'],
    ['`**` after a name', 'src/**'],
    ['wildcards', '*.md\nsrc/?.txt\n[a-b].txt'],
    ['an exception', '**/*.md\n!README.md'],
    ['an exception below an ignored directory', '*\n!src/deep\n!Dockerfile'],
    ['a pattern after an exception', 'src\n!src/deep\nsrc/deep/d.md'],
    ['comments and white space', '# a.txt\n\n  docs  \n'],
  ])('%s', (_, ignore) => {
    const files = Object.fromEntries(tree.map((path) => [path, path]))
    const context = temporaryDirectory({
      ...files,
      Dockerfile: 'FROM scratch\nCOPY . /context/\n',
      '.dockerignore': ignore,
    })
    const counted = contextFiles(context, join(context, 'Dockerfile'))
      .filter(({ kind }) => kind === 'file')
      .map(({ path }) => path)
      .sort()
    expect(counted).toEqual(filesInImage(context))
  })
})
