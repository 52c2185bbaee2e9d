import { describe, expect, test } from 'vitest'
import { configOf } from '../../test/rig/sample-config.ts'
import type { WaitSpec } from './config.ts'
import { parseConfig } from './parse.ts'

const around = (ready: string) => `project: shop
services: { db: { apply: a, ports: { api: 1 }, ready: [${ready}] } }
`

function waits(ready: string): readonly WaitSpec[] {
  return configOf(around(ready)).services.get('db')?.ready ?? []
}

/** What is said of a file, at which column of the list. */
function problems(ready: string): string[] {
  const text = `apiVersion: kindling/v1alpha1\n${around(ready)}`
  const { diagnostics } = parseConfig('/repo/kindling.yaml', text, { exists: () => true, env: {} })
  const start = around('').split('\n')[1]?.indexOf('[]') ?? 0
  return diagnostics.map(
    ({ message, location, hint }) =>
      `${(location?.start.column ?? 0) - start - 2}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  )
}

const request = { port: 'api', path: '/', method: 'GET', headers: {}, status: [{ from: 200, to: 200 }] }

describe('a condition', () => {
  test.each<[string, WaitSpec]>([
    ['rollout', { kind: 'rollout' }],
    ['job', { kind: 'job' }],
    ['endpoints', { kind: 'endpoints' }],
    ['{ rollout: true, timeout: 1m }', { kind: 'rollout', timeoutMs: 60_000 }],
    ['{ job: true }', { kind: 'job' }],
    ['{ job: migrate, timeout: 90s }', { kind: 'job', name: 'migrate', timeoutMs: 90_000 }],
    ['{ endpoints: api }', { kind: 'endpoints', name: 'api' }],
    ['{ tcp: { port: api }, timeout: 5s }', { kind: 'tcp', port: 'api', timeoutMs: 5_000 }],
    ['{ exec: [psql, -c, 1.20] }', { kind: 'exec', command: ['psql', '-c', '1.20'] }],
    [
      '{ exec: { command: [psql, 1.20], container: db, pod: postgres-0 } }',
      { kind: 'exec', command: ['psql', '1.20'], container: 'db', pod: 'postgres-0' },
    ],
    ['{ log: ready }', { kind: 'log', line: 'ready' }],
    ["{ log: { line: '/ready in \\d+/i', pod: web } }", { kind: 'log', line: /ready in \d+/i, pod: 'web' }],
    ['{ log: /var/run }', { kind: 'log', line: '/var/run' }],
    ['{ dns: api.shop.svc }', { kind: 'dns', name: 'api.shop.svc' }],
    ['{ dns: { name: api, container: app } }', { kind: 'dns', name: 'api', container: 'app' }],
    [
      '{ condition: { object: Certificate/api, type: Ready } }',
      {
        kind: 'condition',
        object: { kind: 'Certificate', name: 'api' },
        type: 'Ready',
        status: 'True',
      },
    ],
    [
      '{ condition: { object: Shop/a.b, apiVersion: example.com/v1, namespace: shop, type: Stale, status: false } }',
      {
        kind: 'condition',
        object: { kind: 'Shop', name: 'a.b', apiVersion: 'example.com/v1', namespace: 'shop' },
        type: 'Stale',
        status: 'False',
      },
    ],
    ['{ http: { port: api } }', { kind: 'http', ...request }],
    [
      '{ http: { port: api, path: /x, method: POST, host: a.b, headers: { X-Level: 1.0 }, status: [200-299, 404], body: /up/ } }',
      {
        kind: 'http',
        port: 'api',
        path: '/x',
        method: 'POST',
        host: 'a.b',
        headers: { 'X-Level': '1.0' },
        status: [
          { from: 200, to: 299 },
          { from: 404, to: 404 },
        ],
        body: /up/,
      },
    ],
    ['{ https: { port: api, insecure: true } }', { kind: 'https', ...request, isInsecure: true }],
    [
      '{ https: { port: api, ca: certs/ca.pem } }',
      { kind: 'https', ...request, caFile: '/repo/certs/ca.pem', isInsecure: false },
    ],
  ])('%s', (text, wait) => {
    expect(waits(text)).toEqual([wait])
  })
})

describe('what is wrong is said at its place', () => {
  test.each([
    [
      'jobs',
      '0: `services.db.ready[0]`: expected `rollout` or `job` or `endpoints`, found `jobs` (did you mean `job`?)',
    ],
    ['{ job: true, timeout: 1x }', /^22: `services\.db\.ready\[0\]\.timeout`: expected duration/],
    ['{ https: { port: web } }', /^17: service `db` has no port `web`/],
    ['{ http: { port: api, status: 299-200 } }', '29: no status is from 299 to 200 (write 200-299)'],
    ['{ http: { port: api, status: 2xx } }', /^29: .*expected range of HTTP status, found `2xx`/],
    ['{ log: /ready(/ }', /^7: Invalid regular expression/],
    [
      '{ https: { port: api, ca: a, insecure: true } }',
      '39: `ca` has no effect with `insecure` (leave one of them out)',
    ],
    ['{ condition: { object: shops, type: Ready } }', /^23: .*expected Kind\/name, found `shops`/],
    [
      '{ condition: { object: Shop/a, type: Ready, status: yep } }',
      /expected `True` or `False` or `Unknown`/,
    ],
    ['{ dns: a b }', /^7: .*expected name of a host/],
    ['{ exec: { cmd: [a] } }', /lacks `command`/],
  ])('%s', (text, message) => {
    const [first] = problems(text)
    if (typeof message === 'string') expect(first).toBe(message)
    else expect(first).toMatch(message)
  })
})
