import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/format.ts'
import type { Service } from './config.ts'
import { parseConfig } from './parse.ts'

function parse(services: string) {
  const text = `apiVersion: kindling/v1alpha1\nproject: shop\nservices:\n${services}`
  return { text, ...parseConfig('/repo/kindling.yaml', text, { exists: () => true, env: {} }) }
}

const gateway = `  db: { apply: db.yaml }
  gateway:
    apply: gateway.yaml
    needs: [db]
    ready: [rollout, { http: { port: api } }]
    timeout: 1m
    restarts: 7
    ports: { api: { port: 8080, host: 18080 }, grpc: 9090 }
    imagePaths: [{ kind: Widget, path: spec.image }]
`

function instance(text: string, original = gateway): Service {
  const { config, diagnostics } = parse(`${original}  blue: ${text}\n`)
  expect(diagnostics).toEqual([])
  const service = config?.services.get('blue')
  if (service === undefined) throw new Error('no service')
  return service
}

function problems(services: string): string {
  const { text, diagnostics } = parse(services)
  return diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' }))
    .join('\n\n')
}

test('what an instance leaves out is that of the other service, but for the host ports that are fixed', () => {
  expect(instance('{ instanceOf: gateway }')).toMatchObject({
    name: 'blue',
    instance: { of: 'gateway', keepsNames: false },
    sources: [{ kind: 'path', path: '/repo/gateway.yaml', location: { start: { line: 6 } } }],
    imagePaths: [{ kind: 'Widget' }],
    needs: ['db'],
    ready: [{ kind: 'rollout' }, { kind: 'http', port: 'api' }],
    awaitsPorts: false,
    timeoutMs: 60_000,
    restarts: 7,
    ports: new Map([
      ['api', { port: 8080 }],
      ['grpc', { port: 9090 }],
    ]),
    location: { start: { line: 13 } },
  })
})

test('what it says for itself counts, even where that is the default', () => {
  const own = instance(
    '{ instanceOf: gateway, needs: [], ready: [rollout], restarts: 3, timeout: 3m, ports: { api: { port: 80, host: 90 } } }',
  )
  expect(own).toMatchObject({
    needs: [],
    ready: [{ kind: 'rollout' }],
    restarts: 3,
    timeoutMs: 180_000,
    ports: new Map([['api', { port: 80, hostPort: 90 }]]),
  })
})

test.each([
  ['{ instanceOf: gateway }', '', { keepsNames: false }, undefined],
  ['{ instanceOf: gateway, namespace: blue }', '', { keepsNames: true }, 'blue'],
  ['{ instanceOf: gateway }', '    namespace: shop\n', { keepsNames: false }, 'shop'],
  ['{ instanceOf: gateway, namespace: shop }', '    namespace: shop\n', { keepsNames: false }, 'shop'],
])(
  'its objects keep their names only in a namespace of its own: %s, of one with %s',
  (text, more, expected, namespace) => {
    const service = instance(text, gateway + more)
    expect(service.instance).toMatchObject(expected)
    expect(service.namespace).toBe(namespace)
  },
)

test('what it cannot be an instance of, and what it cannot have, is told with its place', () => {
  expect(
    problems(`${gateway}  a: { instanceOf: gatewy }
  b: { instanceOf: c }
  c: { instanceOf: gateway, apply: x.yaml, imagePaths: [] }
  d: { instanceOf: d }
`),
  ).toMatchInlineSnapshot(`
    "kindling.yaml:13:20  error  E_CONFIG_UNKNOWN_NAME
      instance \`a\` refers to service \`gatewy\`, which does not exist
        13 |   a: { instanceOf: gatewy }
           |                    ~~~~~~
      hint: did you mean \`gateway\`?

    kindling.yaml:14:20  error  E_CONFIG_INVALID
      \`c\` is an instance itself
        14 |   b: { instanceOf: c }
           |                    ~
      hint: write \`instanceOf: gateway\`

    kindling.yaml:15:36  error  E_CONFIG_INVALID
      service \`c\` is an instance of \`gateway\` and has its manifests, not \`apply\` of its own
        15 |   c: { instanceOf: gateway, apply: x.yaml, imagePaths: [] }
           |                                    ~~~~~~
      hint: leave \`apply\` out, or \`instanceOf\`

    kindling.yaml:15:56  error  E_CONFIG_INVALID
      service \`c\` is an instance of \`gateway\` and has its manifests, not \`imagePaths\` of its own
        15 |   c: { instanceOf: gateway, apply: x.yaml, imagePaths: [] }
           |                                                        ~~
      hint: leave \`imagePaths\` out, or \`instanceOf\`

    kindling.yaml:16:20  error  E_CONFIG_INVALID
      \`d\` cannot be an instance of itself
        16 |   d: { instanceOf: d }
           |                    ~
      hint: name a service that has manifests of its own"
  `)
})

test('needs that it has of the other service make circles like its own', () => {
  expect(
    problems(`  web: { apply: a, needs: [blue] }
  blue: { instanceOf: web }
`),
  ).toMatchInlineSnapshot(`
    "kindling.yaml:5:23  error  E_CONFIG_CYCLE
      service \`blue\` needs itself
        5 |   blue: { instanceOf: web }
          |                       ~~~
      kindling.yaml:5:23  blue needs blue, as web does
      hint: remove one of these needs, or give the instance \`needs\` of its own"
  `)
  expect(problems('  web: { apply: a, needs: [blue] }\n  blue: { instanceOf: web, needs: [] }\n')).toBe('')
})

describe('variables and outputs', () => {
  const telling = `  db: { apply: db.yaml, outputs: { token: { log: token=(.+) } } }
  web:
    apply: web.yaml
    ports: { api: 8080 }
    env: { TOKEN: "\${services.db.outputs.token}", URL: "\${services.web.ports.api.url}", IMAGE: x }
    outputs: { id: { log: id=(.+) } }
  user: { apply: user.yaml, env: { ID: "\${services.blue.outputs.id}" } }
`

  test('are those of the other service, with what they make it need; what they say of that is said of the instance', () => {
    const service = instance('{ instanceOf: web, needs: [] }', telling)
    expect(service.needs).toEqual(['db'])
    expect([...service.outputs.keys()]).toEqual(['id'])
    const expressions = [...service.env.values()].flatMap(({ parts }) =>
      parts.flatMap((part) => (part.kind === 'expression' ? [part.expression] : [])),
    )
    expect(expressions).toEqual([
      { root: 'services', service: 'db', output: 'token' },
      { root: 'services', service: 'blue', port: 'api', property: 'url' },
    ])
  })

  test('may be its own, and then need nothing else', () => {
    const service = instance(
      '{ instanceOf: web, env: { A: b }, outputs: { id: { log: other=(.+) } } }',
      telling,
    )
    expect([...service.env.keys()]).toEqual(['A'])
    expect(service.needs).toEqual([])
  })

  test('that speak of a port which the instance has not are told', () => {
    expect(problems(`${telling}  blue: { instanceOf: web, ports: {} }\n`)).toContain(
      'service `blue` has no port `api`',
    )
  })

  test('a step has no instances', () => {
    expect(problems('  migrate: { run: make }\n  blue: { instanceOf: migrate }\n')).toContain(
      '`migrate` runs a command on the host, and has no instances',
    )
  })
})

test('a need that does not exist is told once', () => {
  const text = problems('  web: { apply: a, needs: [nobody] }\n  blue: { instanceOf: web }\n')
  expect(text.match(/nobody/g)).toHaveLength(2)
})

test('files of an instance are looked for once', () => {
  const text =
    'apiVersion: kindling/v1alpha1\nproject: shop\nservices:\n  web: { apply: a }\n  blue: { instanceOf: web }\n'
  const { diagnostics } = parseConfig('/repo/kindling.yaml', text, { exists: () => false, env: {} })
  expect(diagnostics.map(({ message }) => message)).toEqual(['the manifest of service `web` does not exist'])
})
