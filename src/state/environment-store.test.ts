import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory, writeFiles } from '../../test/rig/temp-directory.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import { EnvironmentStore } from './environment-store.ts'

const id = 'shop-e2e-1a2b3c'
const record: EnvironmentRecord = {
  id,
  kind: 'environment',
  project: 'shop',
  projectId: 'shop-1a2b3c',
  environment: 'e2e',
  configFile: '/repo/kindling.yaml',
  provider: 'podman',
  engine: 'podman',
  createdAt: 0,
  state: 'up',
  runs: ['r1'],
  directories: [],
}

test('a record is written whole, for its owner only', () => {
  const directory = temporaryDirectory()
  const store = new EnvironmentStore(directory)
  expect(store.list()).toEqual([])
  store.write(record)
  store.write({ ...record, state: 'failed' })
  expect(store.list()).toEqual([{ ...record, state: 'failed' }])
  const path = join(directory, 'environments', id)
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(statSync(join(path, 'record.json')).mode & 0o777).toBe(0o600)
})

test('a record that was cut short is none', () => {
  const directory = temporaryDirectory()
  writeFiles(directory, { [`environments/${id}/record.json`]: '{"id": "sh' })
  expect(new EnvironmentStore(directory).read(id)).toBeUndefined()
})

test('an environment that was only begun, without a record, is none; its journal is there all the same', () => {
  const store = new EnvironmentStore(temporaryDirectory())
  store.journal(id).append({ kind: 'image', reference: 'localhost/shop/api:1' })
  expect(store.list()).toEqual([])
  expect(store.journal(id).images()).toEqual(['localhost/shop/api:1'])
})

test('what is forgotten takes its journal with it', () => {
  const store = new EnvironmentStore(temporaryDirectory())
  store.write(record)
  store.journal(id).append({ kind: 'image', reference: 'localhost/shop/api:1' })
  store.remove(id)
  store.remove(id)
  expect([store.read(id), store.journal(id).images()]).toEqual([undefined, []])
})
