import { describe, expect, test } from 'vitest'
import type { Config } from './config.ts'
import { parseConfig } from './parse.ts'
import { selectEnvironment, servicesOf } from './select.ts'

function configOf(services: Record<string, string[]>, environments: string): Config {
  const lines = Object.entries(services).map(([name, needs]) => `  ${name}: { apply: a, needs: [${needs}] }`)
  const text = `apiVersion: kindling/v1alpha1\nproject: shop\nservices:\n${lines.join('\n')}\nenvironments: ${environments}\n`
  const { config, diagnostics } = parseConfig('/repo/kindling.yaml', text, { exists: () => true, env: {} })
  expect(diagnostics).toEqual([])
  if (config === undefined) throw new Error('no configuration')
  return config
}

describe('selectEnvironment', () => {
  const services = { a: [] }

  test('the only environment needs no name', () => {
    const config = configOf(services, '{ e2e: { services: [a] } }')
    expect(selectEnvironment(config).environment?.name).toBe('e2e')
  })

  test('of several, the default one is taken, or the one that is named', () => {
    const config = configOf(services, '{ one: { services: [a] }, two: { services: [a], default: true } }')
    expect(selectEnvironment(config).environment?.name).toBe('two')
    expect(selectEnvironment(config, 'one').environment?.name).toBe('one')
  })

  test('several without a default must be named', () => {
    const config = configOf(services, '{ one: { services: [a] }, two: { services: [a] } }')
    expect(selectEnvironment(config)).toMatchObject({
      diagnostics: [
        {
          code: 'E_CONFIG_ENVIRONMENT',
          message: 'there are 2 environments and none of them is the default',
          hint: 'name one (one, two), or write `default: true` in one of them',
          location: { start: { line: 5 } },
        },
      ],
    })
  })

  test('an unknown name suggests the one that was probably meant', () => {
    const config = configOf(services, '{ gateway: { services: [a] } }')
    const { environment, diagnostics } = selectEnvironment(config, 'gatewya')
    expect(environment).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code: 'E_CONFIG_UNKNOWN_NAME', hint: 'did you mean `gateway`?' }])
  })

  test('without any environment it says how to add one', () => {
    expect(selectEnvironment(configOf(services, '{}')).diagnostics).toMatchObject([
      { code: 'E_CONFIG_ENVIRONMENT', message: 'the configuration has no environment' },
    ])
  })
})

describe('servicesOf', () => {
  const graph = {
    gateway: ['data', 'auth'],
    data: ['migrations', 'redis'],
    migrations: ['postgres'],
    redis: [],
    postgres: [],
    auth: ['postgres'],
    unrelated: [],
  }

  function order(services: string[]): string[] {
    const config = configOf(graph, `{ e2e: { services: [${services}] } }`)
    const { environment } = selectEnvironment(config)
    if (environment === undefined) throw new Error('no environment')
    return servicesOf(config, environment).map(({ name }) => name)
  }

  test('R2: what is needed comes along, before what needs it', () => {
    expect(order(['gateway'])).toEqual(['postgres', 'migrations', 'redis', 'data', 'auth', 'gateway'])
  })

  test('the order is that of the file where needs leave it open, and each comes once', () => {
    expect(order(['redis', 'auth', 'data'])).toEqual(['redis', 'postgres', 'auth', 'migrations', 'data'])
  })
})
