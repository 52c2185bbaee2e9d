import { expect, test } from 'vitest'
import { logPrefixes } from './log-prefix.ts'

const of = (service: string, pod: string, container: string) => ({
  ...{ service, namespace: 'shop', pod, container, isSystem: false, run: '', hasPrevious: false },
  state: 'running' as const,
})

test('each name is told once, and later lines stand below each other', () => {
  const prefix = logPrefixes({ color: false })
  expect(prefix(of('web', 'web', 'web'))).toBe('web | ')
  expect(prefix(of('web', 'web-7d4b', 'proxy'))).toBe('web/web-7d4b/proxy | ')
  expect(prefix(of('web', 'web-7d4b', 'web'))).toBe('web/web-7d4b       | ')
  expect(prefix(of('', 'worker-1', 'main'))).toBe('shop/worker-1/main | ')
})

test('lines of one service have one colour', () => {
  const prefix = logPrefixes({ color: true })
  const colorOf = (service: string) => prefix(of(service, 'pod', 'main')).slice(0, 5)
  expect(colorOf('web')).toBe(colorOf('web'))
  expect(colorOf('web')).not.toBe(colorOf('database'))
})
