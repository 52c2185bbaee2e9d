import { describe, expect, test } from 'vitest'
import { closest, suggestion } from './suggest.ts'

describe('closest', () => {
  const names = ['postgres', 'redis', 'gateway', 'db']

  test.each([
    ['postgress', 'postgres'],
    ['psotgres', 'postgres'],
    ['Gateway', 'gateway'],
    ['reids', 'redis'],
    ['bd', 'db'],
  ])('%s is taken for %s', (typed, meant) => {
    expect(closest(typed, names)).toBe(meant)
  })

  test('nothing is suggested for a name that resembles none', () => {
    expect(closest('workflow', names)).toBeUndefined()
    expect(closest('x', names)).toBeUndefined()
  })

  test('the nearest of several near ones wins', () => {
    expect(closest('api-servr', ['api-serve', 'api-server', 'api'])).toBe('api-serve')
    expect(closest('api-serverr', ['api-serve', 'api-server', 'api'])).toBe('api-server')
  })
})

describe('suggestion', () => {
  test('it lists what exists when nothing is near', () => {
    expect(suggestion('workflow', ['redis', 'gateway'], 'services')).toBe('services: redis, gateway')
    expect(suggestion('workflow', [], 'services')).toBe('there are no services')
    expect(suggestion('gatewya', ['redis', 'gateway'], 'services')).toBe('did you mean `gateway`?')
  })
})
