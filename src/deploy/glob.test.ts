import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { matchingFiles } from './glob.ts'

const files = [
  'a.yaml',
  'b.json',
  'deploy/.hidden.yaml',
  'deploy/a.yaml',
  'deploy/b+1.yaml',
  'deploy/db/main.yaml',
  'deploy/db/old/main.yaml',
  'deploy/.git/config.yaml',
  'deploy/node_modules/x/y.yaml',
  'deploy/web/main.yaml',
]

async function match(pattern: string): Promise<readonly string[]> {
  const root = temporaryDirectory(Object.fromEntries(files.map((file) => [file, ''])))
  return (await matchingFiles(root, pattern)).map((file) => file.slice(root.length + 1))
}

describe('a pattern', () => {
  test.each([
    ['*.yaml', ['a.yaml']],
    ['*', ['a.yaml', 'b.json']],
    ['deploy/*.yaml', ['deploy/a.yaml', 'deploy/b+1.yaml']],
    ['deploy/?.yaml', ['deploy/a.yaml']],
    ['deploy/.*.yaml', ['deploy/.hidden.yaml']],
    ['deploy/*/main.yaml', ['deploy/db/main.yaml', 'deploy/web/main.yaml']],
    ['deploy/**/main.yaml', ['deploy/db/main.yaml', 'deploy/db/old/main.yaml', 'deploy/web/main.yaml']],
    ['deploy/db/**', ['deploy/db/main.yaml', 'deploy/db/old/main.yaml']],
    ['**/old/*', ['deploy/db/old/main.yaml']],
    ['{deploy/{web,db},nowhere}/*.yaml', ['deploy/db/main.yaml', 'deploy/web/main.yaml']],
    ['deploy/b+*.yaml', ['deploy/b+1.yaml']],
    ['deploy/*/../*.json', []],
    ['*/../b.json', ['b.json']],
    ['*.yml', []],
    ['nowhere/*', []],
    ['a.{yaml', []],
  ])('%s', async (pattern, expected) => {
    expect(await match(pattern)).toEqual(expected)
  })

  test('no directory is entered twice because of a symbolic link', async () => {
    const root = temporaryDirectory({ 'deploy/a.yaml': '' })
    symlinkSync(root, join(root, 'deploy', 'loop'))
    expect(await matchingFiles(root, '**/*.yaml')).toEqual([join(root, 'deploy/a.yaml')])
  })
})
