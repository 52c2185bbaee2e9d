import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { residentBytes } from './memory-peak.ts'

const mebibyte = 2 ** 20

test.runIf(existsSync('/proc/self/status'))('what a process has started counts', async () => {
  const holds = `const held = Buffer.alloc(${200 * mebibyte}, 1); console.log('held'); setInterval(() => held, 1000)`
  const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(holds)}], { stdio: 'inherit' })`
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL')))
  await once(child.stdout, 'data')
  const bytes = residentBytes(child.pid ?? 0)
  expect(bytes).toBeGreaterThan(200 * mebibyte)
  expect(bytes).toBeLessThan(1000 * mebibyte)
})

test('a process that is gone has none', () => {
  expect(residentBytes(2 ** 22 + 1)).toBe(0)
})
