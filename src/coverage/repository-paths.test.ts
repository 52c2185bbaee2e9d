import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { RepositoryPaths } from './repository-paths.ts'

test('the longest that fits counts, whole names only; what is not there is noted', () => {
  const root = temporaryDirectory()
  mkdirSync(join(root, 'lib'))
  for (const name of ['main.js', 'lib/a.js']) writeFileSync(join(root, name), '')
  const paths = new RepositoryPaths([
    ['/app/', root],
    ['/app/vendor/ours', join(root, 'lib')],
  ])
  expect(paths.find('/app/main.js')).toBe(join(root, 'main.js'))
  expect(paths.find('/app/vendor/ours/a.js')).toBe(join(root, 'lib/a.js'))
  expect(paths.map('/app/dist/main.js')).toBe(join(root, 'dist/main.js'))
  expect(paths.has(join(root, 'main.js'))).toBe(true)
  expect(paths.has(join(root, '../main.js'))).toBe(false)
  expect(paths.unknown).toEqual([])
  expect(paths.find('/application/main.js')).toBeUndefined()
  expect(paths.find('/app/gone.js')).toBeUndefined()
  expect(paths.unknown).toEqual(['/application/main.js', '/app/gone.js'])
})

test('the root of an image is a directory like any other', () => {
  const root = temporaryDirectory()
  writeFileSync(join(root, 'server.js'), '')
  expect(new RepositoryPaths([['/', root]]).find('/server.js')).toBe(join(root, 'server.js'))
})
