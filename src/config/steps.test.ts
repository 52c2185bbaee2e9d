import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { parseConfig } from './parse.ts'

function parse(services: string, environments = '', exists: (path: string) => boolean = () => true) {
  const text = `apiVersion: kindling/v1alpha1\nproject: shop\nservices:\n${services}${environments}`
  return { text, ...parseConfig('/repo/kindling.yaml', text, { exists, env: {} }) }
}

function servicesOf(services: string) {
  const { config, diagnostics } = parse(services)
  expect(diagnostics).toEqual([])
  return config?.services
}

function problems(...args: Parameters<typeof parse>): string {
  const { text, diagnostics } = parse(...args)
  return diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' }))
    .join('\n\n')
}

/** The first line of each problem but for its place. */
function messages(...args: Parameters<typeof parse>): readonly string[] {
  return parse(...args).diagnostics.map(({ message }) => message)
}

describe('a step', () => {
  test('has a command, forwards and inputs, and takes the place of manifests', () => {
    const services = servicesOf(`  db: { apply: db.yaml }
  schema:
    run: [migrate, 1.20]
    needs: [db]
    timeout: 2m
    inputs: [db/migrations, "db/*.sql"]
    forwards: { db: { service: postgres, port: 5432 }, admin: { service: pg, namespace: shop, port: sql } }
    outputs: { version: { stdout: 'version=(\\S+)' } }
  shell: { run: make all, inputs: [] }
`)
    const schema = services?.get('schema')
    expect(schema).toMatchObject({ sources: [], needs: ['db'], timeoutMs: 120_000 })
    expect(schema?.step).toMatchObject({
      run: ['migrate', '1.20'],
      inputs: [
        { kind: 'path', path: '/repo/db/migrations' },
        { kind: 'glob', directory: '/repo/db', pattern: '*.sql' },
      ],
    })
    expect([...(schema?.step?.forwards ?? [])]).toEqual([
      ['db', { service: 'postgres', port: 5432 }],
      ['admin', { service: 'pg', namespace: 'shop', port: 'sql' }],
    ])
    expect(schema?.outputs.get('version')).toEqual({
      kind: 'stdout',
      line: /version=(\S+)/,
      isSecret: false,
    })
    expect(services?.get('shell')?.step).toEqual({ run: 'make all', forwards: new Map(), inputs: [] })
    expect(services?.get('db')?.step).toBeUndefined()
  })

  test('what belongs to manifests means nothing for it, and the other way round', () => {
    expect(
      problems(`  schema: { run: migrate, apply: a.yaml, ports: { sql: 1 }, outputs: { v: { log: x } } }
  db: { apply: db.yaml, inputs: [a], outputs: { v: { stdout: x } } }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:4:27  error  E_CONFIG_INVALID
        service \`schema\` runs a command on the host: it has no \`apply\`
          4 |   schema: { run: migrate, apply: a.yaml, ports: { sql: 1 }, outputs: { v: { log: x } } }
            |                           ~~~~~
        hint: a service has either \`run\` or manifests; make two of it

      kindling.yaml:4:42  error  E_CONFIG_INVALID
        service \`schema\` runs a command on the host: it has no \`ports\`
          4 |   schema: { run: migrate, apply: a.yaml, ports: { sql: 1 }, outputs: { v: { log: x } } }
            |                                          ~~~~~
        hint: a service has either \`run\` or manifests; make two of it

      kindling.yaml:4:77  error  E_CONFIG_INVALID
        service \`schema\` runs a command on the host: it has no \`log\`
          4 |   schema: { run: migrate, apply: a.yaml, ports: { sql: 1 }, outputs: { v: { log: x } } }
            |                                                                             ~~~
        hint: what its command prints is \`stdout\`

      kindling.yaml:5:25  error  E_CONFIG_INVALID
        service \`db\` has no \`run\`, which \`inputs\` belongs to
          5 |   db: { apply: db.yaml, inputs: [a], outputs: { v: { stdout: x } } }
            |                         ~~~~~~
        hint: remove \`inputs\`

      kindling.yaml:5:54  error  E_CONFIG_INVALID
        service \`db\` has no \`run\`, which \`stdout\` belongs to
          5 |   db: { apply: db.yaml, inputs: [a], outputs: { v: { stdout: x } } }
            |                                                      ~~~~~~
        hint: what its containers print is \`log\`"
    `)
  })

  test('its inputs are there, and its forwards those it speaks of', () => {
    const text = `  schema: { run: m, inputs: [a.sql], forwards: { db: { service: a, port: 1 } }, env: { P: "\${forwards.bd.port}" } }\n`
    expect(problems(text, '', () => false)).toMatchInlineSnapshot(`
      "kindling.yaml:4:30  error  E_CONFIG_FILE_MISSING
        an input of service \`schema\` does not exist
          4 |   schema: { run: m, inputs: [a.sql], forwards: { db: { service: a, port: 1 } }, env: { P: "\${forwar…
            |                              ~~~~~
        hint: looked for /repo/a.sql; relative paths start at the directory of this file

      kindling.yaml:4:92  error  E_CONFIG_UNKNOWN_NAME
        service \`schema\` has no forward \`bd\`
          4 | … { service: a, port: 1 } }, env: { P: "\${forwards.bd.port}" } }
            |                                         ~~~~~~~~~~~~~~~~~~~
        hint: did you mean \`db\`?"
    `)
    expect(messages('  web: { apply: a.yaml, env: { P: "${forwards.db.port}" } }\n')).toEqual([
      'unknown expression `forwards.db.port`',
    ])
  })
})

describe('outputs', () => {
  const seed = '  seed: { apply: seed.yaml, outputs: { token: { log: "token=(.*)", secret: true } } }\n'

  test('are read off logs and objects', () => {
    const outputs = servicesOf(`  api:
    apply: a.yaml
    outputs:
      line: { log: "x", container: main, pod: api }
      ip: { object: Service/api, jsonPath: "{.spec.clusterIP}", namespace: shop }
      key: { object: Secret/tls, jsonPath: ".data['tls.key']" }
`)?.get('api')?.outputs
    expect(Object.fromEntries(outputs ?? [])).toEqual({
      line: { kind: 'log', line: /x/, container: 'main', pod: 'api', isSecret: false },
      ip: {
        kind: 'object',
        object: { kind: 'Service', name: 'api', namespace: 'shop' },
        path: ['spec', 'clusterIP'],
        isSecret: false,
      },
      // Whoever prints what is in a Secret gives it away.
      key: {
        kind: 'object',
        object: { kind: 'Secret', name: 'tls' },
        path: ['data', 'tls.key'],
        isSecret: true,
      },
    })
  })

  test('an expression or a path that is none is told in its place', () => {
    expect(
      problems(`  api:
    apply: a.yaml
    outputs: { a: { log: "x(" }, b: { object: Service/api, jsonPath: "{.items[*].x}" }, c: { log: x, jsonPath: y } }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:6:26  error  E_CONFIG_INVALID
        Invalid regular expression: /x(/: Unterminated group
          6 |     outputs: { a: { log: "x(" }, b: { object: Service/api, jsonPath: "{.items[*].x}" }, c: { log: x…
            |                          ~~~~
        hint: write it as in JavaScript, without slashes: \`token=(\\S+)\`

      kindling.yaml:6:70  error  E_CONFIG_INVALID
        \`{.items[*].x}\` does not lead to one value
          6 | …}, b: { object: Service/api, jsonPath: "{.items[*].x}" }, c: { log: x, jsonPath: y } }
            |                                         ~~~~~~~~~~~~~~~
        hint: name fields and numbers of items, for example \`{.status.addresses[0].value}\`

      kindling.yaml:6:102  error  E_CONFIG_UNKNOWN_KEY
        unknown key \`jsonPath\` in \`services.api.outputs.c\`
          6 | …nPath: "{.items[*].x}" }, c: { log: x, jsonPath: y } }
            |                                         ~~~~~~~~
        hint: known keys: log, container, pod, secret"
    `)
  })

  test('whoever is told one needs its service; of its own ports a service may be told without that', () => {
    const services = servicesOf(`${seed}  api: { apply: a.yaml, ports: { http: 80 } }
  web:
    apply: b.yaml
    needs: [api]
    ports: { http: 80 }
    env: { T: "\${services.seed.outputs.token}", A: "\${services.api.ports.http.url}", W: "\${services.web.ports.http.url}" }
`)
    expect(services?.get('web')?.needs).toEqual(['api', 'seed'])
  })

  test('unknown ones are told with what was probably meant', () => {
    expect(
      problems(
        `${seed}  web: { apply: b.yaml, env: { A: "\${services.seed.outputs.tokn}", B: "\${services.sed.outputs.token}" } }\n`,
        'environments: { e2e: { services: [web], test: { run: x, env: { C: "${services.seed.outputs.t}" } } } }\n',
      ),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:5:36  error  E_CONFIG_UNKNOWN_NAME
        service \`seed\` has no output \`tokn\`
          5 |   web: { apply: b.yaml, env: { A: "\${services.seed.outputs.tokn}", B: "\${services.sed.outputs.token…
            |                                    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        hint: did you mean \`token\`?

      kindling.yaml:5:72  error  E_CONFIG_UNKNOWN_NAME
        service \`web\` refers to service \`sed\`, which does not exist
          5 | …: "\${services.seed.outputs.tokn}", B: "\${services.sed.outputs.token}" } }
            |                                         ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        hint: did you mean \`seed\`?

      kindling.yaml:6:68  error  E_CONFIG_UNKNOWN_NAME
        service \`seed\` has no output \`t\`
          6 | …ces: [web], test: { run: x, env: { C: "\${services.seed.outputs.t}" } } } }
            |                                         ~~~~~~~~~~~~~~~~~~~~~~~~~~
        hint: outputs of the service: token"
    `)
  })

  test('one that is declared with an error in it is not unknown', () => {
    expect(
      messages(
        '  seed: { apply: a, outputs: { token: { lg: x } } }\n  web: { apply: b, env: { A: "${services.seed.outputs.token}" } }\n',
      ),
    ).toHaveLength(1)
  })

  test('services that are told of each other go round in a circle, which is shown', () => {
    expect(
      problems(`  a: { apply: a, outputs: { x: { log: x } }, env: { Y: "\${services.b.outputs.y}" } }
  b: { run: b, outputs: { y: { stdout: y } }, needs: [a] }
  c: { apply: c, outputs: { x: { log: x } }, env: { X: "\${services.c.outputs.x}" } }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:4:57  error  E_CONFIG_CYCLE
        services need each other: a → b → a
          4 |   a: { apply: a, outputs: { x: { log: x } }, env: { Y: "\${services.b.outputs.y}" } }
            |                                                         ~~~~~~~~~~~~~~~~~~~~~~~
        kindling.yaml:4:57  a needs b
        kindling.yaml:5:55  b needs a
          5 |   b: { run: b, outputs: { y: { stdout: y } }, needs: [a] }
            |                                                       ~
        hint: remove one of these needs

      kindling.yaml:6:57  error  E_CONFIG_CYCLE
        service \`c\` needs itself
          6 |   c: { apply: c, outputs: { x: { log: x } }, env: { X: "\${services.c.outputs.x}" } }
            |                                                         ~~~~~~~~~~~~~~~~~~~~~~~
        kindling.yaml:6:57  c needs c
        hint: remove one of these needs"
    `)
  })

  test('tests are told only of what is in their environment', () => {
    expect(
      messages(
        `${seed}  web: { apply: a }\n`,
        'environments: { e2e: { services: [web], test: { run: x, env: { C: "${services.seed.outputs.token}" } } } }\n',
      ),
    ).toEqual(['service `seed` is not part of environment `e2e`'])
  })
})
