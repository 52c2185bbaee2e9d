import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Host, type UsableEngine } from '../host.ts'
import { takeCoverage } from './take-coverage.ts'

test('of a repository that is gone nothing is reported, and nothing of it is made again', async () => {
  const directory = temporaryDirectory()
  const root = join(directory, 'shop')
  const host = new Host({ KINDLING_STATE_DIR: join(directory, 'state'), KINDLING_REAPER: 'off' })
  host.store
    .coverage('shop-e2e-1')
    .write({ directory: join(root, '.kindling/runs/r1/coverage'), root, images: {} })
  const environment = { id: 'shop-e2e-1', provider: 'podman' }
  // Nobody asks the engine for anything.
  const engine = {} as UsableEngine
  expect(await takeCoverage(host, environment, engine, { isKept: false })).toBeUndefined()
  expect(existsSync(root)).toBe(false)
})
