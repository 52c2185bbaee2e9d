import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { dayMs } from './make-certificate.ts'
import { type MadeValue, makeValues } from './make-values.ts'

const nowMs = Date.UTC(2030, 0, 1)
/** The certificate before its CA: their order in the file means nothing. */
const all = { tls: '{ certificate: { ca: ca, names: [a] } }', ca: '{ ca: {} }', pass: '{ password: {} }' }

function wanted(generated: Readonly<Record<string, string>>) {
  const lines = Object.entries(generated).map(([name, text]) => `  ${name}: ${text}`)
  return configOf(`project: shop\ngenerated:\n${lines.join('\n')}`).generated
}

/** The names of the values that are others than before. */
function changed(before: ReadonlyMap<string, MadeValue>, after: ReadonlyMap<string, MadeValue>): string[] {
  return [...after].flatMap(([name, value]) => (before.get(name) === value ? [] : [name])).sort()
}

test('everything is made once, and kept as long as it is what is wanted', async () => {
  const first = await makeValues(wanted(all), new Map(), nowMs)
  expect([...first.keys()].sort()).toEqual(['ca', 'pass', 'tls'])
  const ca = new X509Certificate(first.get('ca')?.parts.cert ?? '')
  expect(new X509Certificate(first.get('tls')?.parts.cert ?? '').verify(ca.publicKey)).toBe(true)
  expect(first.get('tls')?.parts.ca).toBe(first.get('ca')?.parts.cert)

  expect(changed(first, await makeValues(wanted(all), first, nowMs + dayMs))).toEqual([])
  const longer = wanted({ ...all, pass: '{ password: { length: 32 } }' })
  expect(changed(first, await makeValues(longer, first, nowMs))).toEqual(['pass'])
  const more = wanted({ ...all, other: '{ token: {} }' })
  expect(changed(first, await makeValues(more, first, nowMs))).toEqual(['other'])
})

test('with another CA, what it has signed is signed anew', async () => {
  const first = await makeValues(wanted(all), new Map(), nowMs)
  const renamed = wanted({ ...all, ca: '{ ca: { commonName: other } }' })
  expect(changed(first, await makeValues(renamed, first, nowMs))).toEqual(['ca', 'tls'])
})

test('what has nearly run out is made anew, before it is used', async () => {
  const short = wanted({ ...all, tls: '{ certificate: { ca: ca, names: [a], days: 10 } }' })
  const first = await makeValues(short, new Map(), nowMs)
  expect(changed(first, await makeValues(short, first, nowMs + 8.9 * dayMs))).toEqual([])
  expect(changed(first, await makeValues(short, first, nowMs + 9 * dayMs))).toEqual(['tls'])
  expect(changed(first, await makeValues(short, first, nowMs + 27 * dayMs))).toEqual(['ca', 'tls'])
})

test('what is no longer wanted is forgotten', async () => {
  const first = await makeValues(wanted(all), new Map(), nowMs)
  const less = await makeValues(wanted({ pass: all.pass }), first, nowMs)
  expect([...less.keys()]).toEqual(['pass'])
})
