import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import type { Name } from '@peculiar/x509'
import type { CertificateRecipe, Recipe } from '../../config/generated.ts'
import { loadX509 } from './load-x509.ts'

/** A certificate and its private key, both PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** Clocks of containers and machines differ a little, milliseconds. */
const backdatedMs = 60 * 60 * 1000
export const dayMs = 24 * 60 * 60 * 1000

/** A CA that signs certificates of servers and clients, and no other CAs. */
export async function makeCa(
  { commonName, days }: Extract<Recipe, { readonly kind: 'ca' }>,
  nowMs: number,
): Promise<Certified> {
  const x509 = loadX509()
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: nameOf(commonName),
    ...validity(days, nowMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: pem(certificate.toString('pem')), key: await privatePem(keys) }
}

/** A certificate for servers and clients, signed by a CA. */
export async function makeCertificate(
  { commonName, names, addresses, days }: CertificateRecipe,
  ca: Certified,
  nowMs: number,
): Promise<Certified> {
  const x509 = loadX509()
  const keys = await makeKeys()
  const issuer = new x509.X509Certificate(ca.cert)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(commonName),
    issuer: issuer.subjectName,
    ...validity(days, nowMs),
    publicKey: keys.publicKey,
    signingKey: await signingKey(ca.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        ...names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return { cert: pem(certificate.toString('pem')), key: await privatePem(keys) }
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function signingKey(key: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

async function privatePem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

/** As one attribute with this text, whatever is in it. */
function nameOf(commonName: string): Name {
  return new (loadX509().Name)([{ CN: [{ utf8String: commonName }] }])
}

function validity(days: number, nowMs: number) {
  return { notBefore: new Date(nowMs - backdatedMs), notAfter: new Date(nowMs + days * dayMs) }
}

/** Positive and of full length: neither its first bit is set, nor are its first eight zero. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

function pem(text: string): string {
  return `${text.trimEnd()}\n`
}
