import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { fileOf, valueFiles, writeValueFiles } from './value-files.ts'
import { environmentValues } from './value-store.ts'

const { generated } = configOf(`project: shop
generated: { db-pass: { password: {} }, ca: { ca: {} }, tls: { certificate: { ca: ca, names: [a] } } }`)
const only = (name: string) => new Map([...generated].filter(([each]) => each === name))
const nowMs = Date.UTC(2030, 0, 1)

test('values are kept in a private file, and are the same the next time', async () => {
  const file = join(temporaryDirectory(), 'environments/shop-e2e/generated.json')
  const { values: first, former } = await environmentValues(file, generated, nowMs)
  expect(former.size).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
  expect(await environmentValues(file, generated, nowMs)).toEqual({ values: first, former: first })
  expect(await environmentValues(file, only('ca'), nowMs)).toMatchObject({ former: first })
  expect((await environmentValues(file, generated, nowMs)).values.get('ca')).toEqual(first.get('ca'))
  expect(first.get('db-pass')?.value).toHaveLength(24)
  writeFileSync(file, '{"db-pass":')
  expect((await environmentValues(file, generated, nowMs)).values.get('ca')).not.toEqual(first.get('ca'))
})

test('an environment without values has no file, and one that has none any more an empty one', async () => {
  const file = join(temporaryDirectory(), 'generated.json')
  await environmentValues(file, new Map(), nowMs)
  expect(existsSync(file)).toBe(false)
  await environmentValues(file, generated, nowMs)
  await environmentValues(file, new Map(), nowMs)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({})
})

test('tests get a private file for each part, and its path as a variable that names the part where there are several', () => {
  const directory = temporaryDirectory()
  const { files, variables } = valueFiles(directory, generated)
  const below = (path: string) => join(directory, 'generated', path)
  expect(files).toEqual({
    'db-pass': { value: below('db-pass/value') },
    ca: { cert: below('ca/cert.pem'), key: below('ca/key.pem') },
    tls: { cert: below('tls/cert.pem'), key: below('tls/key.pem'), ca: below('tls/ca.pem') },
  })
  expect(variables).toMatchObject({
    KINDLING_GENERATED_DB_PASS_FILE: below('db-pass/value'),
    KINDLING_GENERATED_CA_CERT_FILE: below('ca/cert.pem'),
    KINDLING_GENERATED_TLS_KEY_FILE: below('tls/key.pem'),
  })
  const expression = { root: 'generated', isFile: true } as const
  expect(fileOf({ ...expression, value: 'db-pass' }, files)).toBe(below('db-pass/value'))
  expect(fileOf({ ...expression, value: 'tls', part: 'ca' }, files)).toBe(below('tls/ca.pem'))

  const values = new Map([
    ['db-pass', { value: 'hunter22' }],
    ['ca', { cert: 'A', key: 'B' }],
    ['tls', { cert: 'C', key: 'D', ca: 'A' }],
  ])
  writeValueFiles(directory, files, values)
  expect(readFileSync(below('db-pass/value'), 'utf8')).toBe('hunter22')
  expect(statSync(below('db-pass/value')).mode & 0o777).toBe(0o600)
  expect(statSync(below('db-pass')).mode & 0o777).toBe(0o700)
})

test('files of what is no longer wanted go, also of one part', () => {
  const directory = temporaryDirectory()
  writeValueFiles(
    directory,
    valueFiles(directory, generated).files,
    new Map([['ca', { cert: 'A', key: 'B' }]]),
  )
  const { files } = valueFiles(directory, only('tls'))
  writeValueFiles(directory, files, new Map([['tls', { cert: 'C', key: 'D', ca: 'A' }]]))
  expect(readdirSync(join(directory, 'generated'))).toEqual(['tls'])
  const { tls = {} } = files
  const { key: _, ...less } = tls
  writeValueFiles(directory, { tls: less }, new Map([['tls', { cert: 'C', ca: 'A' }]]))
  expect(readdirSync(join(directory, 'generated/tls')).sort()).toEqual(['ca.pem', 'cert.pem'])
})
