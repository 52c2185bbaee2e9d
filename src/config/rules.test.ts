import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { parseConfig } from './parse.ts'

function parse(body: string, exists: (path: string) => boolean = () => true) {
  const text = `apiVersion: kindling/v1alpha1\nproject: shop\n${body}`
  return { text, ...parseConfig('/repo/kindling.yaml', text, { exists, env: {} }) }
}

/** What a person sees. */
function problems(body: string, exists?: (path: string) => boolean): string {
  const { text, config, diagnostics } = parse(body, exists)
  expect(config).toBeUndefined()
  return diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' }))
    .join('\n\n')
}

describe('the rules', () => {
  test('unknown names, with what was probably meant', () => {
    expect(
      problems(`images:
  base: { dockerfile: a }
  api: { dockerfile: a, needs: [bases] }
services:
  postgres: { apply: a }
  api: { apply: a, needs: [postgress, workflow] }
environments:
  e2e: { services: [apii] }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:5:33  error  E_CONFIG_UNKNOWN_NAME
        image \`api\` refers to image \`bases\`, which does not exist
          5 |   api: { dockerfile: a, needs: [bases] }
            |                                 ~~~~~
        hint: did you mean \`base\`?

      kindling.yaml:8:28  error  E_CONFIG_UNKNOWN_NAME
        service \`api\` refers to service \`postgress\`, which does not exist
          8 |   api: { apply: a, needs: [postgress, workflow] }
            |                            ~~~~~~~~~
        hint: did you mean \`postgres\`?

      kindling.yaml:8:39  error  E_CONFIG_UNKNOWN_NAME
        service \`api\` refers to service \`workflow\`, which does not exist
          8 |   api: { apply: a, needs: [postgress, workflow] }
            |                                       ~~~~~~~~
        hint: services: postgres, api

      kindling.yaml:10:21  error  E_CONFIG_UNKNOWN_NAME
        environment \`e2e\` refers to service \`apii\`, which does not exist
          10 |   e2e: { services: [apii] }
             |                     ~~~~
        hint: did you mean \`api\`?"
    `)
  })

  test('a name that is declared with an error in it is not unknown', () => {
    const text = problems(`images:
  base: { dockerfil: a }
  api: { dockerfile: a, needs: [base, other] }
services: 5
environments:
  e2e: { services: [api] }
`)
    expect(text.match(/E_\w+/g)).toEqual(['E_CONFIG_INVALID', 'E_CONFIG_UNKNOWN_NAME', 'E_CONFIG_INVALID'])
    expect(text).toContain('image `api` refers to image `other`')
  })

  test('the shortest cycle is shown, every edge with its place', () => {
    expect(
      problems(`images:
  a: { dockerfile: a, needs: [b] }
  b: { dockerfile: a, needs: [c] }
  c: { dockerfile: a, needs: [a], args: { B: "\${images.b.ref}" } }
services:
  self: { apply: a, needs: [self] }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:5:31  error  E_CONFIG_CYCLE
        images need each other: b → c → b
          5 |   b: { dockerfile: a, needs: [c] }
            |                               ~
        kindling.yaml:5:31  b needs c
        kindling.yaml:6:47  c needs b
          6 |   c: { dockerfile: a, needs: [a], args: { B: "\${images.b.ref}" } }
            |                                               ~~~~~~~~~~~~~~~
        hint: remove one of these needs

      kindling.yaml:8:29  error  E_CONFIG_CYCLE
        service \`self\` needs itself
          8 |   self: { apply: a, needs: [self] }
            |                             ~~~~
        kindling.yaml:8:29  self needs self
        hint: remove one of these needs"
    `)
  })

  test('files that do not exist are found before anything is built', () => {
    expect(
      problems(
        `images:
  a: { dockerfile: docker/a.Dockerfile, context: src }
services:
  b: { apply: deploy/b.yaml }
  c: { apply: [deploy/there, deploy/c] }
`,
        (path) => path === '/repo/deploy/there',
      ),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:4:20  error  E_CONFIG_FILE_MISSING
        the Dockerfile of image \`a\` does not exist
          4 |   a: { dockerfile: docker/a.Dockerfile, context: src }
            |                    ~~~~~~~~~~~~~~~~~~~
        hint: looked for /repo/docker/a.Dockerfile; relative paths start at the directory of this file

      kindling.yaml:4:50  error  E_CONFIG_FILE_MISSING
        the context of image \`a\` does not exist
          4 |   a: { dockerfile: docker/a.Dockerfile, context: src }
            |                                                  ~~~
        hint: looked for /repo/src; relative paths start at the directory of this file

      kindling.yaml:6:15  error  E_CONFIG_FILE_MISSING
        the manifest of service \`b\` does not exist
          6 |   b: { apply: deploy/b.yaml }
            |               ~~~~~~~~~~~~~
        hint: looked for /repo/deploy/b.yaml; relative paths start at the directory of this file

      kindling.yaml:7:30  error  E_CONFIG_FILE_MISSING
        the manifest of service \`c\` does not exist
          7 |   c: { apply: [deploy/there, deploy/c] }
            |                              ~~~~~~~~
        hint: looked for /repo/deploy/c; relative paths start at the directory of this file"
    `)
  })

  test('a condition can only wait for a port of its service', () => {
    expect(
      problems(`services:
  a: { apply: a, ports: { api: 1 }, ready: [{ http: { port: apii } }] }
  b: { apply: a, ready: [{ tcp: { port: api } }] }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:4:61  error  E_CONFIG_UNKNOWN_NAME
        service \`a\` has no port \`apii\`
          4 |   a: { apply: a, ports: { api: 1 }, ready: [{ http: { port: apii } }] }
            |                                                             ~~~~
        hint: did you mean \`api\`?

      kindling.yaml:5:41  error  E_CONFIG_UNKNOWN_NAME
        service \`b\` has no port \`api\`
          5 |   b: { apply: a, ready: [{ tcp: { port: api } }] }
            |                                         ~~~
        hint: declare it: \`ports: { api: 8080 }\`"
    `)
  })

  test('P1: two services that come up together cannot have the same fixed host port', () => {
    expect(
      problems(`services:
  db: { apply: a, ports: { sql: { port: 5432, host: 15432 } } }
  api: { apply: a, needs: [db], ports: { http: { port: 80, host: 15432 } } }
environments:
  e2e: { services: [api] }
  all: { services: [db, api] }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:5:66  error  E_PORT_CONFLICT
        host port 15432 of \`api.http\` is taken by \`db.sql\` in environment \`e2e\`
          5 |   api: { apply: a, needs: [db], ports: { http: { port: 80, host: 15432 } } }
            |                                                                  ~~~~~
        kindling.yaml:4:53  \`db.sql\` takes it
          4 |   db: { apply: a, ports: { sql: { port: 5432, host: 15432 } } }
            |                                                     ~~~~~
        hint: leave \`host\` out to have a free port allocated"
    `)
  })

  test('P1: the same host port in two environments is no conflict', () => {
    const { diagnostics } = parse(`services:
  a: { apply: a, ports: { http: { port: 80, host: 18080 } } }
  b: { apply: a, ports: { http: { port: 80, host: 18080 } } }
environments:
  one: { services: [a] }
  two: { services: [b] }
`)
    expect(diagnostics).toEqual([])
  })

  test('I3: two images cannot have the same repository', () => {
    expect(
      problems(`images:
  a: { dockerfile: a }
  b: { dockerfile: a, repository: docker.io/shop/a }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:5:35  error  E_CONFIG_DUPLICATE
        images \`a\` and \`b\` are both the repository \`shop/a\`
          5 |   b: { dockerfile: a, repository: docker.io/shop/a }
            |                                   ~~~~~~~~~~~~~~~~
        kindling.yaml:4:6  \`a\` has it
          4 |   a: { dockerfile: a }
            |      ~~~~~~~~~~~~~~~~~
        hint: give one of them another \`repository\`; manifests could not tell them apart"
    `)
  })

  test('only one environment is the default', () => {
    expect(
      problems(`services:
  a: { apply: a }
environments:
  one: { services: [a], default: true }
  two: { services: [a], default: true }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:7:34  error  E_CONFIG_DUPLICATE
        environment \`two\` cannot be the default, \`one\` is
          7 |   two: { services: [a], default: true }
            |                                  ~~~~
        kindling.yaml:6:34  \`one\` is the default
          6 |   one: { services: [a], default: true }
            |                                  ~~~~
        hint: write \`default: true\` in one of them only"
    `)
  })

  test('expressions are checked in their place, however they are quoted', () => {
    expect(
      problems(`images:
  base: { dockerfile: a }
  api:
    dockerfile: a
    args:
      A: x-\${images.bse.ref}
      B: "\${host.ip}"
      C: '\${images.base}'
      D: >-
        \${env.NOT_THERE}
      E: \${env.NOT_THERE}
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:8:12  error  E_CONFIG_UNKNOWN_NAME
        image \`api\` refers to image \`bse\`, which does not exist
          8 |       A: x-\${images.bse.ref}
            |            ~~~~~~~~~~~~~~~~~
        hint: did you mean \`base\`?

      kindling.yaml:9:11  error  E_CONFIG_EXPRESSION
        unknown expression \`host.ip\`
          9 |       B: "\${host.ip}"
            |           ~~~~~~~~~~
        hint: there are \${images.NAME.ref} and \${env.NAME}

      kindling.yaml:10:11  error  E_CONFIG_EXPRESSION
        \`images.base\` is no property of an image
          10 |       C: '\${images.base}'
             |           ~~~~~~~~~~~~~~
        hint: write \`\${images.NAME.ref}\`

      kindling.yaml:11:10  error  E_CONFIG_EXPRESSION
        the environment variable \`NOT_THERE\` is not set
          11 |       D: >-
             |          ~~
        hint: set it, for example \`export NOT_THERE=…\`

      kindling.yaml:13:10  error  E_CONFIG_EXPRESSION
        the environment variable \`NOT_THERE\` is not set
          13 |       E: \${env.NOT_THERE}
             |          ~~~~~~~~~~~~~~~~
        hint: set it, for example \`export NOT_THERE=…\`"
    `)
  })
})
