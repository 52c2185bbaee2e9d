import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FakeCluster } from '../../../test/rig/fake-cluster.ts'
import { localServer } from '../../../test/rig/local-server.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { httpWait, type RequestDescription, type TlsDescription } from './http.ts'
import type { WaitState } from './wait-strategy.ts'

const ok = [{ from: 200, to: 200 }]
const isReady = { isReady: true }

function look(
  hostPort: number,
  request: Partial<RequestDescription> = {},
  { tls, signal }: { readonly tls?: TlsDescription; readonly signal?: AbortSignal } = {},
): Promise<WaitState> {
  const wanted = { port: 'api', path: '/ready', method: 'GET', headers: {}, status: ok, ...request }
  return httpWait(wanted, tls).look({
    service: 'api',
    cluster: new FakeCluster({ hostPort }),
    restarts: 0,
    signal: signal ?? new AbortController().signal,
  })
}

test('R8: a request that is lost on its way is given up soon for another, which may take longer', async () => {
  let requests = 0
  const port = await localServer((_, response) => {
    if (++requests === 2) setTimeout(() => response.end(), 400)
  })
  const wait = httpWait({ port: 'api', path: '/', method: 'GET', headers: {}, status: ok })
  const { signal } = new AbortController()
  const target = { service: 'api', cluster: new FakeCluster({ hostPort: port }), restarts: 0, signal }
  expect(await wait.look(target)).toEqual({
    isReady: false,
    reason: 'GET /: no answer within 300 ms',
  })
  expect(await wait.look(target)).toEqual(isReady)
})

describe('the answer', () => {
  test('is the right one when its status is', async () => {
    const port = await localServer((_, response) => response.writeHead(204).end())
    expect(await look(port, { status: [{ from: 204, to: 204 }] })).toEqual(isReady)
  })

  test.each([
    [200, true],
    [299, true],
    [404, true],
    [300, false],
    [403, false],
  ])('of status %i counts among 200-299 and 404: %s', async (status, counts) => {
    const port = await localServer((_, response) => response.writeHead(status).end())
    const wanted = [
      { from: 200, to: 299 },
      { from: 404, to: 404 },
    ]
    expect((await look(port, { status: wanted })).isReady).toBe(counts)
  })

  test('that is another one is told, with its first line', async () => {
    const port = await localServer((request, response) =>
      response.writeHead(503).end(`no ${request.url}\nmore`),
    )
    const status = [...ok, { from: 300, to: 399 }]
    expect(await look(port, { status })).toEqual({
      isReady: false,
      reason: 'GET /ready answered 503, not 200 or 300-399: no /ready',
    })
  })

  test.each([
    ['"state":"up"', true],
    [/"state":\s*"(up|ready)"/, true],
    [/^down$/m, false],
    ['"state":"down"', false],
  ])('must have %s in its body, as this one has: %s', async (body, counts) => {
    const port = await localServer((_, response) => response.end('{"db":"ok",\n"state":"up"}'))
    expect((await look(port, { body })).isReady).toBe(counts)
  })

  test('without it is told', async () => {
    const port = await localServer((_, response) => response.end('starting\nstill'))
    expect(await look(port, { body: 'ready' })).toEqual({
      isReady: false,
      reason: 'GET /ready answered 200, but without "ready": starting',
    })
  })

  test('is searched far beyond what would be quoted', async () => {
    const port = await localServer((_, response) => response.end(`${'x'.repeat(500_000)} ready`))
    expect(await look(port, { body: / ready$/ })).toEqual(isReady)
  })
})

describe('the request', () => {
  test('is sent as configured', async () => {
    const seen: unknown[] = []
    const port = await localServer(({ method, url, headers }, response) => {
      seen.push({ method, url, host: headers.host, token: headers['x-token'] })
      response.end()
    })
    await look(port, { method: 'POST', path: '/x?y=1', host: 'api.shop', headers: { 'X-Token': 'a b' } })
    expect(seen).toEqual([{ method: 'POST', url: '/x?y=1', host: 'api.shop', token: 'a b' }])
  })

  test('that nobody listens to is told', async () => {
    expect(await look(1)).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') })
  })

  test('that cannot be sent is told', async () => {
    expect(await look(1, { headers: { 'no header': 'x' } })).toMatchObject({
      isReady: false,
      reason: expect.stringContaining('Header name'),
    })
  })

  test('that the end of the time cuts short is no answer', async () => {
    const port = await localServer(() => {})
    const abort = new AbortController()
    const looking = look(port, {}, { signal: abort.signal })
    abort.abort()
    await expect(looking).rejects.toThrow()
  })
})

describe('over TLS', () => {
  test('a server is trusted by its CA, asked by the name in its certificate', async () => {
    const { caFile, port } = await secureServer()
    const tls = { caFile, isInsecure: false }
    expect(await look(port, { host: 'api.shop.svc' }, { tls })).toEqual(isReady)
  })

  test('a CA that nobody knows is told, and what to do', async () => {
    const { port } = await secureServer()
    expect(await look(port, { host: 'api.shop.svc' }, { tls: { isInsecure: false } })).toMatchObject({
      reason: expect.stringMatching(/^GET \/ready: .*certificate; `ca` names .*`insecure` trusts any$/),
    })
  })

  test('another name than the one in the certificate is told, and what to do', async () => {
    const { caFile, port } = await secureServer()
    expect(await look(port, {}, { tls: { caFile, isInsecure: false } })).toMatchObject({
      reason: expect.stringMatching(/127\.0\.0\.1.*; `host` is the name to ask for$/),
    })
  })

  test('whatever certificate it has is taken when that is said', async () => {
    const { port } = await secureServer()
    expect(await look(port, {}, { tls: { isInsecure: true } })).toEqual(isReady)
  })

  test('a CA file that is not there yet is told', async () => {
    const caFile = join(temporaryDirectory(), 'later.pem')
    expect(await look(1, {}, { tls: { caFile, isInsecure: false } })).toMatchObject({
      isReady: false,
      reason: expect.stringContaining('later.pem'),
    })
  })
})

/** A server whose certificate, for `api.shop.svc`, a CA of its own has signed. */
async function secureServer(): Promise<{ readonly caFile: string; readonly port: number }> {
  const directory = temporaryDirectory()
  const file = (name: string) => join(directory, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  writeFileSync(file('san'), 'subjectAltName=DNS:api.shop.svc\n')
  openssl('req', '-x509', ...newKey, '-subj', '/CN=shop-ca', '-keyout', 'ca.key', '-out', 'ca.pem')
  openssl('req', '-new', ...newKey.slice(0, -2), '-subj', '/CN=api', '-keyout', 'api.key', '-out', 'api.csr')
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'san']
  openssl('x509', '-req', '-in', 'api.csr', ...signing, '-out', 'api.pem')
  const options: ServerOptions = { key: readFileSync(file('api.key')), cert: readFileSync(file('api.pem')) }
  const server = createServer(options, (_, response) => response.end())
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  return { caFile: file('ca.pem'), port: (server.address() as AddressInfo).port }
}
