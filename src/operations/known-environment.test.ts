import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import type { EnvironmentRecord } from '../state/environment-record.ts'
import { knownEnvironment } from './known-environment.ts'

const record = (environment: string, configFile: string): EnvironmentRecord => ({
  ...{ id: `shop-${environment}-1`, kind: 'environment', project: 'shop', projectId: 'shop-1', environment },
  ...{
    configFile,
    provider: 'podman',
    engine: 'podman',
    createdAt: 0,
    state: 'up',
    runs: [],
    directories: [],
  },
})

const shop = [record('e2e', '/shop/kindling.yaml'), record('ci', '/shop/kindling.yaml')]

test('an environment is known by its name and the configuration it was brought up from', () => {
  expect(knownEnvironment(shop, { cwd: '/shop/src/api', name: 'ci' })?.environment).toBe('ci')
  expect(knownEnvironment(shop, { cwd: '/elsewhere', name: 'ci' })).toBeUndefined()
  expect(knownEnvironment(shop, { cwd: '/', file: 'shop/kindling.yaml', name: 'e2e' })?.environment).toBe(
    'e2e',
  )
  expect(knownEnvironment(shop, { cwd: '/shop', file: 'other.yaml', name: 'e2e' })).toBeUndefined()
})

test('of the configurations above, the nearest one counts that anything was brought up from', () => {
  const records = [...shop, record('e2e', '/shop/api/kindling.yaml')]
  const cwd = '/shop/api/src'
  expect(knownEnvironment(records, { cwd, name: 'e2e' })?.configFile).toBe('/shop/api/kindling.yaml')
  expect(knownEnvironment(records, { cwd, name: 'ci' })).toBeUndefined()
})

test('without a name it is the only one, and nothing is guessed', () => {
  expect(knownEnvironment(shop.slice(0, 1), { cwd: '/shop' })?.environment).toBe('e2e')
  expect(knownEnvironment(shop, { cwd: '/shop' })).toBeUndefined()
  expect(knownEnvironment([], { cwd: '/shop' })).toBeUndefined()
  const build: EnvironmentRecord = { ...record('', '/shop/kindling.yaml'), kind: 'build' }
  expect(knownEnvironment([build], { cwd: '/shop' })).toBeUndefined()
})

test('a link to the repository is the repository', () => {
  const base = temporaryDirectory()
  mkdirSync(join(base, 'shop'))
  symlinkSync('shop', join(base, 'link'))
  const records = [record('e2e', join(base, 'shop/kindling.yaml'))]
  expect(knownEnvironment(records, { cwd: '/', file: join(base, 'link/kindling.yaml') })).toBe(records[0])
})
