import { z } from 'zod'
import { type KeyType, keyTypes, type TokenEncoding, tokenEncodings } from './generated.ts'
import { name, type Word, word } from './v1alpha1-words.ts'

/** One of the first five, and where it goes. */
export interface GeneratedV1Alpha1 {
  password?: { length: number; symbols: boolean }
  token?: { bytes: number; encoding: TokenEncoding }
  ca?: { commonName?: string; days: number }
  certificate?: CertificateV1Alpha1
  keyPair?: { type: KeyType }
  secret?: ObjectV1Alpha1 | ObjectV1Alpha1[]
  configMap?: ObjectV1Alpha1 | ObjectV1Alpha1[]
}

/** The keys that say what is made. */
export const recipeKeys = ['password', 'token', 'ca', 'certificate', 'keyPair'] as const

export interface CertificateV1Alpha1 {
  ca: string
  commonName?: string
  names: string[]
  addresses: string[]
  days: number
}

export interface ObjectV1Alpha1 {
  name: string
  namespace?: string
  keys?: Record<string, string>
  data: Record<string, Word>
}

const objectKey = z
  .string()
  .regex(/^[-._a-zA-Z0-9]+$/)
  .meta({ title: 'key', examples: ['password', 'tls.crt'] })

const object = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
    .max(253)
    .meta({ title: 'name of an object', examples: ['gateway-tls'] })
    .describe('Name of the object.'),
  namespace: name.describe('Its namespace. Default: `default`.').exactOptional(),
  keys: z
    .record(objectKey, z.string().min(1).meta({ title: 'name of a part' }))
    .meta({ title: 'mapping of keys to parts', examples: [{ 'server.pem': 'cert' }] })
    .describe(
      'The keys of the object, each with the part that is its value. Default, by the kind of value: ' +
        '`password`; `token`; `tls.crt`, `tls.key` and `ca.crt`; `private.pem` and `public.pem`. In a ' +
        'ConfigMap only `ca.crt` or `public.pem`.',
    )
    .exactOptional(),
  data: z
    .record(objectKey, word)
    .meta({
      title: 'mapping of keys to texts',
      examples: [{ username: 'shop', url: 'postgres://shop:${generated.db-password}@postgres/shop' }],
    })
    .default({})
    .describe('Further keys, with texts that may contain `${generated.NAME.PART}` and `${env.NAME}`.'),
})

const objects = (title: string) => {
  const one = object.meta({ title })
  return z
    .union([
      one,
      z
        .array(one)
        .min(1)
        .meta({ title: `list of ${title}s` }),
    ])
    .meta({
      title: `${title}, or list of them`,
      examples: [{ name: 'gateway-tls', namespace: 'shop' }],
    })
}

const commonName = z
  .string()
  .min(1)
  .max(64)
  .meta({ title: 'common name', examples: ['shop test CA'] })

const days = z
  .int()
  .min(1)
  .max(3650)
  .meta({ title: 'number of days' })
  .default(30)
  .describe('How many days it is valid. When nine tenths of them are over, the next `up` makes a new one.')

const password = z.strictObject({
  length: z
    .int()
    .min(8)
    .max(256)
    .meta({ title: 'whole number from 8 to 256' })
    .default(24)
    .describe(
      'How many characters: letters and digits, with at least one lower-case letter, one capital and one ' +
        'digit.',
    ),
  symbols: z
    .boolean()
    .default(false)
    .describe('Whether it also has symbols, at least one of `!#%*+-.=?@_~`.'),
})

const token = z.strictObject({
  bytes: z
    .int()
    .min(8)
    .max(1024)
    .meta({ title: 'whole number from 8 to 1024' })
    .default(32)
    .describe('How many random bytes.'),
  encoding: z.enum(tokenEncodings).default('base64url').describe('How they are written.'),
})

const ca = z.strictObject({
  commonName: commonName.describe('Its name. Default: `<project> <name>`.').exactOptional(),
  days,
})

const certificate = z.strictObject({
  ca: name.describe('The generated `ca` that signs it.'),
  names: z
    .array(
      z
        .string()
        .regex(/^(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/)
        .max(253)
        .meta({ title: 'name of a host', examples: ['gateway.shop.svc', '*.shop.svc'] }),
    )
    .min(1)
    .meta({ title: 'list of names of hosts', examples: [['gateway', 'gateway.shop.svc', 'localhost']] })
    .describe('The host names it is valid for.'),
  addresses: z
    .array(
      z
        .string()
        .min(1)
        .meta({ title: 'IP address', examples: ['127.0.0.1', '::1'] }),
    )
    .meta({ title: 'list of IP addresses' })
    .default(['127.0.0.1'])
    .describe('The IP addresses it is valid for; tests reach services at `127.0.0.1`.'),
  commonName: commonName.describe('Its name. Default: the first of `names`.').exactOptional(),
  days,
})

const keyPair = z.strictObject({
  type: z.enum(keyTypes).default('ed25519').describe('The algorithm; `ec` is P-256, `rsa` has 2048 bits.'),
})

/** The schema of one of the values that are `generated`. */
export const generatedV1Alpha1: z.ZodType<GeneratedV1Alpha1, unknown> = z
  .strictObject({
    password: password
      .meta({ title: 'password', examples: [{ length: 24 }] })
      .describe(
        'A random password. Its part: `value`. Each generated value has exactly one of `password`, `token`, ' +
          '`ca`, `certificate` and `keyPair`.',
      )
      .exactOptional(),
    token: token
      .meta({ title: 'token', examples: [{ bytes: 32, encoding: 'hex' }] })
      .describe('Random bytes as text. Its part: `value`.')
      .exactOptional(),
    ca: ca
      .meta({ title: 'CA', examples: [{ commonName: 'shop test CA' }] })
      .describe('A certificate authority. Its parts: `cert` and `key`.')
      .exactOptional(),
    certificate: certificate
      .meta({ title: 'certificate', examples: [{ ca: 'ca', names: ['gateway', 'localhost'] }] })
      .describe(
        'A certificate for servers and clients. Its parts: `cert`, `key` and `ca`, the certificate of its CA.',
      )
      .exactOptional(),
    keyPair: keyPair
      .meta({ title: 'pair of keys', examples: [{ type: 'ed25519' }] })
      .describe('A pair of keys. Its parts: `private` and `public`.')
      .exactOptional(),
    secret: objects('Secret')
      .describe(
        'Secrets that hold it, created before the services. One with `tls.crt` and `tls.key` is of type ' +
          '`kubernetes.io/tls`.',
      )
      .exactOptional(),
    configMap: objects('ConfigMap')
      .describe('ConfigMaps that hold those parts of it that are not secret.')
      .exactOptional(),
  })
  .meta({ title: 'value to generate' })
