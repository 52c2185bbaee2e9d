import { readdirSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { baseImage, smallSystem } from './small-system.ts'

export const generatedConfig = `apiVersion: kindling/v1alpha1
project: small
images:
  ${baseImage}
  web: { dockerfile: Dockerfile, args: { BASE: "\${images.node-base.ref}" } }
generated:
  db-password:
    password: { length: 24, symbols: true }
    secret: { name: db, namespace: shop, data: { url: "postgres://shop:\${generated.db-password}@db/shop" } }
  ca: { ca: { commonName: small test CA } }
  web-tls:
    certificate: { ca: ca, names: [web, web.shop.svc, localhost] }
    secret: { name: web-tls, namespace: shop }
  signing: { keyPair: { type: ed25519 }, configMap: { name: signing, namespace: shop } }
services:
  web:
    apply: web.yaml
    ports: { api: 8443 }
    env: { PLAIN: "\${generated.db-password}" }
    ready: [rollout, { https: { port: api, path: /readyz, ca: "\${generated.ca.cert.file}" } }]
environments:
  e2e:
    services: [web]
    test:
      run: node suite.mjs
      env: { DB_PASSWORD: "\${generated.db-password}", SIGNING: "\${generated.signing.public}" }
`

const manifests = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: small/web
          env:
            - { name: PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }
            - { name: DATABASE_URL, valueFrom: { secretKeyRef: { name: db, key: url } } }
          volumeMounts: [{ name: tls, mountPath: /tls }, { name: signing, mountPath: /signing }]
      volumes:
        - { name: tls, secret: { secretName: web-tls } }
        - { name: signing, configMap: { name: signing } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 8443 }] }
`

/** Tells everybody its password, and answers with what proves that it has the right one. */
export const generatedServer = `const { createServer } = require('node:https')
const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const { PASSWORD, DATABASE_URL, PLAIN } = process.env
console.log('the password is', PASSWORD)
const answer = {
  password: createHash('sha256').update(PASSWORD).digest('hex'),
  isInUrl: DATABASE_URL === 'postgres://shop:' + PASSWORD + '@db/shop' && PLAIN === PASSWORD,
  signing: readFileSync('/signing/public.pem', 'utf8'),
}
const key = readFileSync('/tls/tls.key')
createServer({ cert: readFileSync('/tls/tls.crt'), key }, (request, response) => {
  response.statusCode = process.env.STATUS ?? 200
  response.end(request.url === '/readyz' ? PASSWORD : JSON.stringify(answer))
}).listen(8443)
process.on('SIGTERM', () => process.exit(0))
`

const suite = `import { readFileSync } from 'node:fs'
import { request } from 'node:https'
const { KINDLING_WEB_API_PORT: port, KINDLING_GENERATED_CA_CERT_FILE: file, DB_PASSWORD, SIGNING } = process.env
console.log('the tests know', DB_PASSWORD, Buffer.from(DB_PASSWORD).toString('base64'))
console.log(readFileSync(process.env.KINDLING_GENERATED_WEB_TLS_KEY_FILE, 'utf8'))
request({ host: '127.0.0.1', port, ca: readFileSync(file) }, async (response) => {
  const answer = JSON.parse(Buffer.concat(await response.toArray()).toString())
  if (answer.signing !== SIGNING) throw new Error('another key')
  console.log('the suite is done')
}).end()
`

/** A system of one service that has a password, a certificate and a public key; `changes` replaces or adds files. */
export function generatedSystem(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return smallSystem({
    'kindling.yaml': generatedConfig,
    'web.yaml': manifests,
    'server.js': generatedServer,
    'suite.mjs': suite,
    '.dockerignore': '.kindling\nbase\n*.mjs\n*.yaml\n',
    ...changes,
  })
}

/** What `up --output json` says of it. */
export interface GeneratedResult {
  readonly runDirectory: string
  readonly variables: Readonly<Record<string, string>>
  readonly generated: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** What may be seen nowhere: the secret parts, and what they look like in a Secret. */
export function secretsOf({ generated }: Pick<GeneratedResult, 'generated'>): string[] {
  const read = (name: string, part: string) => readFileSync(generated[name]?.[part] ?? '', 'utf8')
  const password = read('db-password', 'value')
  const keys = [read('web-tls', 'key'), read('ca', 'key'), read('signing', 'private')]
  return [
    password,
    Buffer.from(password).toString('base64'),
    ...keys.flatMap((key) => [key.split('\n')[1] ?? '', Buffer.from(key).toString('base64')]),
  ]
}

/** The files below a directory with something secret in them. */
export function filesWith(secrets: readonly string[], directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((file) => join(directory, file))
    .filter((file) => statSync(file).isFile())
    .filter((file) => secrets.some((secret) => readFileSync(file, 'utf8').includes(secret)))
}

/** What the service says to whoever trusts only this CA. */
export function answerOf(port: string | undefined, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, ca, path: '/', agent: false }
    request(options, async (response) => resolve(Buffer.concat(await response.toArray()).toString()))
      .on('error', reject)
      .end()
  })
}
