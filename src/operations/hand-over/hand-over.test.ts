import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf, environmentOf } from '../../../test/rig/sample-config.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { handOver, shownHandOver, writeHandOver } from './hand-over.ts'

const config = configOf(`
project: shop
images: {}
services:
  api-gateway: { apply: a.yaml, ports: { http: 80, admin-ui: 81 } }
  migrations: { apply: b.yaml, outputs: { version: { log: x }, key: { log: y, secret: true } } }
environments: { e2e: { services: [api-gateway, migrations], cluster: { provider: podman } } }`)
const content = handOver(
  {
    environment: 'e2e',
    id: 'shop-e2e-1',
    run: 'r1',
    images: { api: { reference: 'localhost/shop/api:1', id: 'sha256:1' } },
    generated: {},
  },
  [...config.services.values()],
  (service, port) => (`${service}.${port}` === 'api-gateway.http' ? 20_001 : 20_002),
  (service): Record<string, string> => (service === 'migrations' ? { version: '7', key: 's3cret' } : {}),
)

test('outputs are handed over, but for secret ones', () => {
  expect(content.services.migrations).toEqual({ ports: {}, outputs: { version: '7' } })
  expect(JSON.stringify(content)).not.toContain('s3cret')
})

test('C9: tests are given addresses on 127.0.0.1 under names a shell takes', () => {
  expect(content.variables).toEqual({
    KINDLING_ENVIRONMENT: 'e2e',
    KINDLING_RUN: 'r1',
    KINDLING_IMAGE_API: 'localhost/shop/api:1',
    KINDLING_API_GATEWAY_HTTP_HOST: '127.0.0.1',
    KINDLING_API_GATEWAY_HTTP_PORT: '20001',
    KINDLING_API_GATEWAY_HTTP_URL: 'http://127.0.0.1:20001',
    KINDLING_API_GATEWAY_ADMIN_UI_HOST: '127.0.0.1',
    KINDLING_API_GATEWAY_ADMIN_UI_PORT: '20002',
    KINDLING_API_GATEWAY_ADMIN_UI_URL: 'http://127.0.0.1:20002',
  })
  for (const name of Object.keys(content.variables)) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/)
})

test('every service is there, also one without ports', () => {
  expect(content.services).toEqual({
    'api-gateway': {
      ports: {
        http: { host: '127.0.0.1', port: 20_001, url: 'http://127.0.0.1:20001' },
        'admin-ui': { host: '127.0.0.1', port: 20_002, url: 'http://127.0.0.1:20002' },
      },
    },
    migrations: { ports: {}, outputs: { version: '7' } },
  })
})

test('both files are for their owner only, and hold the same', () => {
  const root = temporaryDirectory()
  writeHandOver({ ...config, root }, environmentOf(config, 'e2e'), content)
  const json = join(root, '.kindling/environments/e2e/env.json')
  const env = join(root, '.kindling/environments/e2e/.env')
  expect([env, json].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
  expect(statSync(join(root, '.kindling')).mode & 0o777).toBe(0o700)
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(content)
  const lines = readFileSync(env, 'utf8').trimEnd().split('\n')
  expect(Object.fromEntries(lines.map((line) => line.split('=')))).toEqual(content.variables)
})

test('variables that may hold a secret are in the files, and in nothing that is printed', () => {
  const secretive = configOf(
    `
project: shop
images: {}
generated: { db: { password: {} }, ca: { ca: { commonName: x } } }
services:
  migrations: { apply: b.yaml, ports: { http: 80 }, outputs: { version: { log: x }, key: { log: y, secret: true } } }
environments:
  e2e:
    services: [migrations]
    test:
      run: "true"
      env:
        URL: "\${services.migrations.ports.http.url}/v\${services.migrations.outputs.version}"
        CA: "\${generated.ca.cert.file}"
        PASSWORD: "\${generated.db}"
        DSN: "postgres://shop:\${generated.db}@db"
        KEY: "\${services.migrations.outputs.key}"
        FROM_SHELL: "\${env.TOKEN}"`,
    { TOKEN: 't0ken' },
  )
  const names = ['URL', 'CA', 'PASSWORD', 'DSN', 'KEY', 'FROM_SHELL', 'KINDLING_RUN']
  const all = { ...content, variables: Object.fromEntries(names.map((name) => [name, 'value'])) }
  const shown = shownHandOver(all, secretive, environmentOf(secretive, 'e2e'))
  expect(Object.keys(shown.variables)).toEqual(['URL', 'CA', 'KINDLING_RUN'])
})
