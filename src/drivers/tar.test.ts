import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { LocalExec } from '../exec/local-exec.ts'
import { Tar } from './tar.ts'

test('tells what is in a tar, and what a member says', async () => {
  const directory = temporaryDirectory({ 'a.json': '{}\n', 'b/c.txt': 'c' })
  const file = join(directory, 'x:y.tar')
  execFileSync('tar', ['-cf', file, '-C', directory, './a.json', 'b'])
  const tar = new Tar(new LocalExec())
  expect(await tar.members(file)).toEqual(['./a.json', 'b/', 'b/c.txt'])
  expect(await tar.read(file, './a.json')).toBe('{}')
})

test('rejects for what is no tar', async () => {
  const directory = temporaryDirectory({ 'x.tar': 'x'.repeat(10_000) })
  await expect(new Tar(new LocalExec()).members(join(directory, 'x.tar'))).rejects.toMatchObject({
    reason: 'exit',
  })
})
