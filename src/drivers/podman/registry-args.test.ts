import { expect, test } from 'vitest'
import { tlsArgs } from './registry-args.ts'

test.each([
  'localhost:5000/shop/api:1',
  '127.0.0.1:5000/api',
  '127.0.0.1/shop/api:1',
  '127.1.2.3:80/a',
  '[::1]:5000/a:1',
])('%s is on this machine, and need not have TLS', (reference) =>
  expect(tlsArgs(reference)).toEqual(['--tls-verify=false']),
)

test.each([
  'docker.io/library/postgres:16',
  'postgres',
  'localhost/shop/api:1',
  'registry.example.com:5000/a',
  '10.0.0.1:5000/a',
  'localhost.example.com:5000/a',
  '127.0.0.1.example.com/a',
  '1127.0.0.1:5000/a',
])('%s is elsewhere, and must have TLS', (reference) => expect(tlsArgs(reference)).toEqual([]))
