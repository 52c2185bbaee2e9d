import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const bin = join(import.meta.dirname, '../../bin/kindling.js')

test.runIf(existsSync('/dev/full'))(
  'what cannot be written where standard output goes is a full disk, not a bug',
  () => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [bin, 'schema'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, CI: 'true', GITHUB_ACTIONS: undefined },
    })
    closeSync(full)
    expect(status).toBe(3)
    expect(stderr).toMatch(/^error {2}E_DISK_FULL\n {2}ENOSPC.*\n {2}hint: make room/)
  },
)

test('who reads no more has got what was wanted', () => {
  const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${bin}" schema | head -c 1`], {
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
