import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keyTypes } from '../../config/generated.ts'
import { makeKeyPair, makePassword, makeToken } from './make-text.ts'

const many = Array.from({ length: 200 })

describe('a password', () => {
  test('has letters and digits, some of each, and is never the same', () => {
    const passwords = many.map(() => makePassword({ kind: 'password', length: 8, symbols: false }))
    for (const password of passwords) {
      expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{8}$/)
    }
    expect(new Set(passwords).size).toBe(many.length)
  })

  test('has symbols if wanted, which need no escape in YAML, JSON, a shell or a URL pattern', () => {
    for (const _ of many) {
      const password = makePassword({ kind: 'password', length: 12, symbols: true })
      expect(password).toMatch(/^(?=.*[!#%*+.=?@_~-])[A-Za-z\d!#%*+.=?@_~-]{12}$/)
    }
  })

  test('uses its whole alphabet', () => {
    const text = many.map(() => makePassword({ kind: 'password', length: 64, symbols: false })).join('')
    expect(new Set(text).size).toBe(62)
  })
})

test('a token is so many random bytes in its encoding', () => {
  const token = makeToken({ kind: 'token', bytes: 33, encoding: 'base64url' })
  expect(token).toMatch(/^[\w-]{44}$/)
  expect(makeToken({ kind: 'token', bytes: 8, encoding: 'hex' })).toMatch(/^[\da-f]{16}$/)
  expect(makeToken({ kind: 'token', bytes: 33, encoding: 'base64url' })).not.toBe(token)
})

test.each(keyTypes)('what the private key of a pair of type %s signs, the public one knows', async (type) => {
  const pair = await makeKeyPair(type)
  const text = Buffer.from('shop')
  const algorithm = type === 'ed25519' ? undefined : 'sha256'
  const signature = sign(algorithm, text, createPrivateKey(pair.private))
  expect(verify(algorithm, text, createPublicKey(pair.public), signature)).toBe(true)
  expect([pair.private, pair.public].map((pem) => pem.split('\n', 1)[0])).toEqual([
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PUBLIC KEY-----',
  ])
})
