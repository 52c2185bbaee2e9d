import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Redactor } from '../../exec/redactor.ts'
import { makeValues } from './make-values.ts'
import { masksOf } from './masks.ts'
import { redactFiles } from './redact-files.ts'

const { generated } = configOf(`project: shop
generated: { pass: { password: { symbols: true } }, ca: { ca: {} }, keys: { keyPair: { type: rsa } }, token: { token: {} } }`)

async function setUp() {
  const made = await makeValues(generated, new Map(), Date.UTC(2030, 0, 1))
  const values = new Map([...made].map(([name, { parts }]) => [name, parts]))
  const redactor = new Redactor()
  for (const secret of masksOf(values)) redactor.add(secret)
  const part = (name: string, of: string) => values.get(name)?.[of] ?? ''
  return { redactor, part }
}

test('a password or token is masked as it is, in a URL, and as it stands in a Secret', async () => {
  const { redactor, part } = await setUp()
  for (const secret of [part('pass', 'value'), part('token', 'value')]) {
    const shown = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`${secret}\n`).toString('base64'),
    ]
    for (const text of shown) expect(redactor.redact(`x ${text} y`)).toBe('x *** y')
  }
})

test('a private key is masked by line, on one line, and as base64 with and without lines', async () => {
  const { redactor, part } = await setUp()
  for (const key of [part('ca', 'key'), part('keys', 'private')]) {
    const lines = key.trim().split('\n')
    expect(redactor.redact(key).split('\n').slice(1, -2)).toEqual(lines.slice(1, -1).map(() => '***'))
    const json = redactor.redact(JSON.stringify({ key }))
    const base64 = Buffer.from(key).toString('base64')
    for (const line of lines.slice(1, -1)) expect(json).not.toContain(line)
    expect(redactor.redact(`key: ${base64}`)).toBe('key: ***')
    const wrapped = redactor.redact(base64.replaceAll(/.{76}/g, '$&\n'))
    expect(
      wrapped
        .split('\n')
        .slice(0, -1)
        .every((line) => line === '***'),
    ).toBe(true)
  }
})

test('what is not secret can be read', async () => {
  const { redactor, part } = await setUp()
  for (const text of [part('ca', 'cert'), part('keys', 'public'), '-----BEGIN PRIVATE KEY-----']) {
    expect(redactor.redact(text)).toBe(text)
  }
})

test('files that another program has written are redacted in place, whatever else is in them', async () => {
  const { redactor, part } = await setUp()
  const directory = temporaryDirectory({ 'outside.log': part('pass', 'value') })
  const logs = join(directory, 'cluster')
  mkdirSync(join(logs, 'pods'), { recursive: true })
  const around = Buffer.from([0xff, 0x00, 0xc3])
  writeFileSync(
    join(logs, 'pods/web.log'),
    Buffer.concat([around, Buffer.from(part('pass', 'value')), around]),
  )
  symlinkSync(join(directory, 'outside.log'), join(logs, 'link.log'))
  symlinkSync(directory, join(logs, 'pods/up'))
  redactFiles(logs, redactor)
  expect(readFileSync(join(logs, 'pods/web.log'))).toEqual(
    Buffer.concat([around, Buffer.from('***'), around]),
  )
  expect(readFileSync(join(directory, 'outside.log'), 'utf8')).toBe(part('pass', 'value'))
})
