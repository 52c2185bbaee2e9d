import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { parseManifests } from './manifest.ts'
import { writeApplied } from './write-applied.ts'

test('what was applied can be read again, by its owner only', () => {
  const directory = temporaryDirectory()
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { flag: 'yes', mode: '0644' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec: { containers: [] } },
  ]
  writeApplied(directory, 'web', objects)
  const file = join(directory, 'manifests/web.yaml')
  expect(parseManifests(file, readFileSync(file, 'utf8')).manifests.map(({ object }) => object)).toEqual(
    objects,
  )
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(directory, 'manifests')).mode & 0o777).toBe(0o700)
})

test('values of Secrets are left out, their keys are not', () => {
  const directory = temporaryDirectory()
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"c2VjcmV0"}}',
    x: 'y',
  }
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', annotations },
    data: { a: 'c2VjcmV0' },
    stringData: { b: 'secret', c: null },
  }
  writeApplied(directory, 'web', [secret])
  const file = join(directory, 'manifests/web.yaml')
  const text = readFileSync(file, 'utf8')
  expect(text).not.toMatch(/secret|c2VjcmV0/)
  expect(parseManifests(file, text).manifests[0]?.object).toMatchObject({
    metadata: { annotations: { x: 'y' } },
    data: { a: '<redacted>' },
    stringData: { b: '<redacted>', c: '<redacted>' },
  })
  expect(secret.data.a).toBe('c2VjcmV0')
})

test('a file of an earlier attempt is replaced, and private afterwards', () => {
  const directory = temporaryDirectory({ 'manifests/web.yaml': 'old' })
  const file = join(directory, 'manifests/web.yaml')
  writeFileSync(file, 'old', { mode: 0o644 })
  writeApplied(directory, 'web', [])
  expect(readFileSync(file, 'utf8')).toBe('')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})
