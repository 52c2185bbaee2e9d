import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { parseConfig } from './parse.ts'

/** What a person sees when `body` follows the first two lines of a file. */
function problems(body: string): string {
  return problemsOf(`apiVersion: kindling/v1alpha1\nproject: shop\n${body}`)
}

function problemsOf(text: string): string {
  const { config, diagnostics } = parseConfig('/repo/kindling.yaml', text, { exists: () => true, env: {} })
  expect(config).toBeUndefined()
  return diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' }))
    .join('\n\n')
}

describe('the schema', () => {
  test('unknown keys at every level, with what was probably meant', () => {
    expect(
      problems(`enviroments: {}
images:
  base: { dockerfile: a, contxt: b }
services:
  db: { apply: a, read: [rollout], compose: b }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:3:1  error  E_CONFIG_UNKNOWN_KEY
        unknown key \`enviroments\` in the file
          3 | enviroments: {}
            | ~~~~~~~~~~~
        hint: did you mean \`environments\`?

      kindling.yaml:5:26  error  E_CONFIG_UNKNOWN_KEY
        unknown key \`contxt\` in \`images.base\`
          5 |   base: { dockerfile: a, contxt: b }
            |                          ~~~~~~
        hint: did you mean \`context\`?

      kindling.yaml:7:19  error  E_CONFIG_UNKNOWN_KEY
        unknown key \`read\` in \`services.db\`
          7 |   db: { apply: a, read: [rollout], compose: b }
            |                   ~~~~
        hint: did you mean \`ready\`?

      kindling.yaml:7:36  error  E_CONFIG_UNKNOWN_KEY
        unknown key \`compose\` in \`services.db\`
          7 |   db: { apply: a, read: [rollout], compose: b }
            |                                    ~~~~~~~
        hint: known keys: apply, kustomize, helm, command, run, forwards, inputs, env, outputs, instanceOf, namespace, imagePaths, needs, ready, timeout, restarts, ports"
    `)
  })

  test('values of the wrong kind say what is expected, by an example', () => {
    expect(
      problems(`images:
  a: { dockerfile: a, memory: 1GB, timeout: 20, platform: amd64, args: { "no-name": x, B: [] } }
services:
  b: { apply: [], restarts: -1, ready: [], ports: { api: 99999, grpc: x, Bad_Name: 1 } }
environments:
  c: { services: [], default: maybe, cluster: { provider: podmann } }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:4:31  error  E_CONFIG_INVALID
        \`images.a.memory\`: expected size, found \`1GB\`
          4 |   a: { dockerfile: a, memory: 1GB, timeout: 20, platform: amd64, args: { "no-name": x, B: [] } }
            |                               ~~~
        hint: for example 512MiB, 1GiB

      kindling.yaml:4:45  error  E_CONFIG_INVALID
        \`images.a.timeout\`: expected duration, found \`20\`
          4 |   a: { dockerfile: a, memory: 1GB, timeout: 20, platform: amd64, args: { "no-name": x, B: [] } }
            |                                             ~~
        hint: for example 500ms, 30s, 10m, 1h

      kindling.yaml:4:59  error  E_CONFIG_INVALID
        \`images.a.platform\`: expected platform, found \`amd64\`
          4 |   a: { dockerfile: a, memory: 1GB, timeout: 20, platform: amd64, args: { "no-name": x, B: [] } }
            |                                                           ~~~~~
        hint: for example linux/amd64, linux/arm64

      kindling.yaml:4:74  error  E_CONFIG_INVALID
        \`no-name\`: expected name of a build argument
          4 |   a: { dockerfile: a, memory: 1GB, timeout: 20, platform: amd64, args: { "no-name": x, B: [] } }
            |                                                                          ~~~~~~~~~

      kindling.yaml:4:91  error  E_CONFIG_INVALID
        \`images.a.args.B\`: expected text, found an empty list
          4 |   a: { dockerfile: a, memory: 1GB, timeout: 20, platform: amd64, args: { "no-name": x, B: [] } }
            |                                                                                           ~~

      kindling.yaml:6:15  error  E_CONFIG_INVALID
        \`services.b.apply\`: expected list of paths, at least one, found an empty list
          6 |   b: { apply: [], restarts: -1, ready: [], ports: { api: 99999, grpc: x, Bad_Name: 1 } }
            |               ~~

      kindling.yaml:6:29  error  E_CONFIG_INVALID
        \`services.b.restarts\`: expected whole number, 0 or more, found \`-1\`
          6 |   b: { apply: [], restarts: -1, ready: [], ports: { api: 99999, grpc: x, Bad_Name: 1 } }
            |                             ~~

      kindling.yaml:6:40  error  E_CONFIG_INVALID
        \`services.b.ready\`: expected list of conditions, at least one, found an empty list
          6 |   b: { apply: [], restarts: -1, ready: [], ports: { api: 99999, grpc: x, Bad_Name: 1 } }
            |                                        ~~
        hint: for example [ rollout, { http: { port: api, path: /readyz } } ]

      kindling.yaml:6:58  error  E_CONFIG_INVALID
        \`services.b.ports.api\`: expected port number, found \`99999\`
          6 |   b: { apply: [], restarts: -1, ready: [], ports: { api: 99999, grpc: x, Bad_Name: 1 } }
            |                                                          ~~~~~
        hint: for example 8080

      kindling.yaml:6:71  error  E_CONFIG_INVALID
        \`services.b.ports.grpc\`: expected port number, or a mapping with \`port\` and \`host\`, found \`x\`
          6 |   b: { apply: [], restarts: -1, ready: [], ports: { api: 99999, grpc: x, Bad_Name: 1 } }
            |                                                                       ~

      kindling.yaml:6:74  error  E_CONFIG_INVALID
        \`Bad_Name\`: expected name of lower-case letters, digits and dashes
          6 |   b: { apply: [], restarts: -1, ready: [], ports: { api: 99999, grpc: x, Bad_Name: 1 } }
            |                                                                          ~~~~~~~~
        hint: for example gateway, data-storage

      kindling.yaml:8:18  error  E_CONFIG_INVALID
        \`environments.c.services\`: expected list of names of services, at least one, found an empty list
          8 |   c: { services: [], default: maybe, cluster: { provider: podmann } }
            |                  ~~
        hint: for example [ gateway ]

      kindling.yaml:8:31  error  E_CONFIG_INVALID
        \`environments.c.default\`: expected true or false, found \`maybe\`
          8 |   c: { services: [], default: maybe, cluster: { provider: podmann } }
            |                               ~~~~~

      kindling.yaml:8:59  error  E_CONFIG_INVALID
        \`environments.c.cluster.provider\`: expected \`podman\` or \`kind\`, found \`podmann\`
          8 |   c: { services: [], default: maybe, cluster: { provider: podmann } }
            |                                                           ~~~~~~~
        hint: did you mean \`podman\`?"
    `)
  })

  test('what is missing is named, with its meaning', () => {
    expect(
      problemsOf(`apiVersion: kindling/v1alpha1
services:
  db: { needs: [] }
environments:
  e2e: {}
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:1:1  error  E_CONFIG_INVALID
        the file lacks \`project\`
          1 | apiVersion: kindling/v1alpha1
            | ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        hint: for example \`project: gateway\`

      kindling.yaml:3:3  error  E_CONFIG_INVALID
        service \`db\` has no manifests: it needs \`apply\`, \`kustomize\`, \`helm\`, \`command\` or \`run\`
          3 |   db: { needs: [] }
            |   ~~
        hint: for example \`apply: deploy/postgres.yaml\`

      kindling.yaml:5:3  error  E_CONFIG_INVALID
        \`environments.e2e\` lacks \`services\`
          5 |   e2e: {}
            |   ~~~
        hint: for example \`services: [ gateway ]\`"
    `)
  })

  test('I10: an image is either built or pulled', () => {
    expect(
      problems(`images:
  both: { dockerfile: a, pull: postgres }
  neither: { context: . }
  typo: { dockerfil: a }
  nothing:
  text: postgres
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:4:3  error  E_CONFIG_INVALID
        \`images.both\` needs exactly one of \`dockerfile\`, \`pull\`; it has \`dockerfile\` and \`pull\`
          4 |   both: { dockerfile: a, pull: postgres }
            |   ~~~~

      kindling.yaml:5:3  error  E_CONFIG_INVALID
        \`images.neither\` needs exactly one of \`dockerfile\`, \`pull\`; it has none of them
          5 |   neither: { context: . }
            |   ~~~~~~~

      kindling.yaml:6:3  error  E_CONFIG_INVALID
        \`images.typo\` needs exactly one of \`dockerfile\`, \`pull\`; it has none of them
          6 |   typo: { dockerfil: a }
            |   ~~~~
        hint: did you mean \`dockerfile\`?

      kindling.yaml:7:3  error  E_CONFIG_INVALID
        \`images.nothing\`: expected image, found nothing
          7 |   nothing:
            |   ~~~~~~~
        hint: for example { dockerfile: docker/gateway.Dockerfile }, { pull: docker.io/library/postgres:16-alpine }

      kindling.yaml:8:9  error  E_CONFIG_INVALID
        \`images.text\`: expected image, found \`postgres\`
          8 |   text: postgres
            |         ~~~~~~~~
        hint: for example { dockerfile: docker/gateway.Dockerfile }, { pull: docker.io/library/postgres:16-alpine }"
    `)
  })

  test('a condition is one of those there are', () => {
    expect(
      problems(`services:
  db:
    apply: a
    ports: { api: 1 }
    ready: [rolout, { htp: { port: api } }, { exec: [a], tcp: { port: api } }, { http: { port: api, pth: / } }, 5]
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:7:13  error  E_CONFIG_INVALID
        \`services.db.ready[0]\`: expected \`rollout\` or \`job\` or \`endpoints\`, found \`rolout\`
          7 |     ready: [rolout, { htp: { port: api } }, { exec: [a], tcp: { port: api } }, { http: { port: api,…
            |             ~~~~~~
        hint: did you mean \`rollout\`?

      kindling.yaml:7:21  error  E_CONFIG_INVALID
        \`services.db.ready[1]\` needs exactly one of \`rollout\`, \`job\`, \`endpoints\`, \`http\`, \`https\`, \`tcp\`, \`exec\`, \`log\`, \`condition\`, \`dns\`; it has none of them
          7 |     ready: [rolout, { htp: { port: api } }, { exec: [a], tcp: { port: api } }, { http: { port: api,…
            |                     ~~~~~~~~~~~~~~~~~~~~~~
        hint: did you mean \`http\`?

      kindling.yaml:7:45  error  E_CONFIG_INVALID
        \`services.db.ready[2]\` needs exactly one of \`rollout\`, \`job\`, \`endpoints\`, \`http\`, \`https\`, \`tcp\`, \`exec\`, \`log\`, \`condition\`, \`dns\`; it has \`tcp\` and \`exec\`
          7 |     ready: [rolout, { htp: { port: api } }, { exec: [a], tcp: { port: api } }, { http: { port: api,…
            |                                             ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~

      kindling.yaml:7:101  error  E_CONFIG_UNKNOWN_KEY
        unknown key \`pth\` in \`services.db.ready[3].http\`
          7 | … { port: api } }, { http: { port: api, pth: / } }, 5]
            |                                         ~~~
        hint: did you mean \`path\`?

      kindling.yaml:7:113  error  E_CONFIG_INVALID
        \`services.db.ready[4]\`: expected \`rollout\`, \`job\`, \`endpoints\`, or a mapping with one of the conditions, found \`5\`
          7 | … } }, { http: { port: api, pth: / } }, 5]
            |                                         ~"
    `)
  })

  test('a repository has no tag, a reference must be one', () => {
    expect(
      problems(`images:
  a: { dockerfile: a, repository: "localhost:5000/shop/a:dev" }
  b: { dockerfile: a, repository: Shop/B }
  c: { pull: "postgres:" }
`),
    ).toMatchInlineSnapshot(`
      "kindling.yaml:4:35  error  E_CONFIG_INVALID
        \`images.a.repository\` has a tag or digest: \`localhost:5000/shop/a:dev\`
          4 |   a: { dockerfile: a, repository: "localhost:5000/shop/a:dev" }
            |                                   ~~~~~~~~~~~~~~~~~~~~~~~~~~~
        hint: write \`localhost:5000/shop/a\`; each run gives the image a tag of its own

      kindling.yaml:5:35  error  E_CONFIG_INVALID
        \`Shop/B\` is no image reference: the repository must be lower case
          5 |   b: { dockerfile: a, repository: Shop/B }
            |                                   ~~~~~~
        hint: for example shop/gateway or docker.io/library/postgres:16-alpine

      kindling.yaml:6:14  error  E_CONFIG_INVALID
        \`postgres:\` is no image reference: \`\` is no tag
          6 |   c: { pull: "postgres:" }
            |              ~~~~~~~~~~~
        hint: for example shop/gateway or docker.io/library/postgres:16-alpine"
    `)
  })
})
