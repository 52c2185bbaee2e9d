import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, connect, createServer, type TLSSocket } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Certified, dayMs, makeCa, makeCertificate } from './make-certificate.ts'

const nowMs = Date.UTC(2030, 0, 1, 12)
const caRecipe = { kind: 'ca', commonName: 'shop, "test" CA=1', days: 30 } as const
const recipe = {
  kind: 'certificate',
  ca: 'ca',
  commonName: 'gateway',
  names: ['gateway', '*.shop.svc'],
  addresses: ['127.0.0.1', '::1'],
  days: 7,
} as const

const isIn = (text: string, part: RegExp) => part.test(text)

describe('a CA', () => {
  test('signs itself, may sign others, and is valid from an hour ago for its days', async () => {
    const { cert, key } = await makeCa(caRecipe, nowMs)
    const x509 = new X509Certificate(cert)
    expect(x509.ca).toBe(true)
    expect(x509.verify(x509.publicKey)).toBe(true)
    expect(x509.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(x509.subject).toBe('CN=shop\\, \\"test\\" CA=1')
    expect(x509.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    expect([x509.validFrom, x509.validTo].map(Date.parse)).toEqual([nowMs - 3_600_000, nowMs + 30 * dayMs])
  })

  test('has a number of its own each time', async () => {
    const [a, b] = await Promise.all([makeCa(caRecipe, nowMs), makeCa(caRecipe, nowMs)])
    const numbers = [a, b].map(({ cert }) => new X509Certificate(cert).serialNumber)
    expect(new Set(numbers).size).toBe(2)
    for (const number of numbers) expect(isIn(number, /^[4-7][\dA-F]{31}$/)).toBe(true)
  })
})

test('a certificate is of its CA, for its names and addresses, and cannot sign', async () => {
  const ca = await makeCa(caRecipe, nowMs)
  const { cert, key } = await makeCertificate(recipe, ca, nowMs)
  const x509 = new X509Certificate(cert)
  const issuer = new X509Certificate(ca.cert)
  expect(x509.checkIssued(issuer)).toBe(true)
  expect(x509.verify(issuer.publicKey)).toBe(true)
  expect(x509.ca).toBe(false)
  expect(x509.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(['gateway', 'api.shop.svc', 'other'].map((host) => x509.checkHost(host) !== undefined)).toEqual([
    true,
    true,
    false,
  ])
  expect(['127.0.0.1', '::1', '127.0.0.2'].map((ip) => x509.checkIP(ip) !== undefined)).toEqual([
    true,
    true,
    false,
  ])
  // Of servers and of clients.
  expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  expect(Date.parse(x509.validTo)).toBe(nowMs + 7 * dayMs)
})

/** A server that wants to know its clients, and what a client who trusts `trusted` gets of it. */
async function handshake(server: Certified, ca: Certified, options: ConnectionOptions): Promise<string> {
  const listener = createServer({ ...server, ca: ca.cert, requestCert: true }, (socket) => {
    const { subject } = socket.getPeerCertificate()
    socket.end(`hello ${subject.CN}`)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => void listener.close())
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    ...options,
  })
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  await once(socket, 'close')
  return text
}

test('a server and a client that have one each trust each other, and nobody else does', async () => {
  const now = Date.now()
  const ca = await makeCa(caRecipe, now)
  const server = await makeCertificate(recipe, ca, now)
  const client = await makeCertificate({ ...recipe, commonName: 'test client' }, ca, now)
  expect(await handshake(server, ca, { ...client, ca: ca.cert })).toBe('hello test client')
  expect(await handshake(server, ca, { ...client, ca: ca.cert, servername: 'gateway' })).toBe(
    'hello test client',
  )
  const other = await makeCa(caRecipe, now)
  await expect(handshake(server, ca, { ...client, ca: other.cert })).rejects.toThrow()
})

test('loading the library leaves nothing behind on Reflect', async () => {
  await makeCa(caRecipe, nowMs)
  expect(Object.getOwnPropertyNames(Reflect).filter((name) => name.endsWith('Metadata'))).toEqual([])
})
