import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { evaluateTemplate } from './expression.ts'
import { parseConfig } from './parse.ts'
import type { ConfigFacts } from './rules.ts'

const file = '/repo/kindling.yaml'
const everythingExists: ConfigFacts = { exists: () => true, env: { HOME: '/home/dev' } }

function valid(body: string, facts: ConfigFacts = everythingExists) {
  const { config, diagnostics } = parseConfig(file, document(body), facts)
  expect(diagnostics).toEqual([])
  if (config === undefined) throw new Error('no configuration')
  return config
}

/** What a person sees. */
function problems(body: string, facts: Partial<ConfigFacts> = {}): string {
  return problemsOf(document(body), facts)
}

function problemsOf(text: string, facts: Partial<ConfigFacts> = {}): string {
  const { config, diagnostics } = parseConfig(file, text, { ...everythingExists, ...facts })
  expect(config).toBeUndefined()
  return diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' }))
    .join('\n\n')
}

function document(body: string): string {
  return `apiVersion: kindling/v1alpha1\nproject: shop\n${body}`
}

const shop = `
images:
  base: { dockerfile: docker/base.Dockerfile }
  datastorage:
    repository: shop/data
    dockerfile: docker/datastorage.Dockerfile
    context: services/datastorage
    target: production
    args: { BUILD_MODE: release, BASE: "\${images.base.ref}", GO: 1.20, CGO_ENABLED: 0, HOME: "\${env.HOME}" }
    memory: 1GiB
    timeout: 20m
    platform: linux/amd64
  postgres: { pull: "postgres:16-alpine" }
  node:
    pull: node
    rootfs: [sh, base/rootfs.sh, 20]
services:
  postgres: { apply: deploy/postgres.yaml }
  migrations: { apply: deploy/migrations.yaml, needs: [postgres] }
  datastorage:
    apply: [deploy/datastorage, deploy/extra.yaml]
    needs: [migrations]
    ready:
      - rollout
      - { exec: [psql, -c, "SELECT 1"] }
      - { http: { port: api, path: /readyz } }
      - { tcp: { port: grpc } }
    timeout: 2m
    restarts: 0
    ports: { api: 8080, grpc: { port: 9090, host: 19090 } }
environments:
  data: { services: [datastorage], default: true }
  db: { services: [postgres], cluster: { provider: podman } }
`

describe('a valid file', () => {
  const config = valid(shop)

  test('I19: relative paths start at the directory of the file', () => {
    expect(config.root).toBe('/repo')
    expect(config.images.get('datastorage')).toMatchObject({
      dockerfile: '/repo/docker/datastorage.Dockerfile',
      context: '/repo/services/datastorage',
    })
    expect(config.services.get('datastorage')?.sources).toMatchObject([
      { kind: 'path', path: '/repo/deploy/datastorage' },
      { kind: 'path', path: '/repo/deploy/extra.yaml' },
    ])
  })

  test('quantities become numbers in the unit of their name', () => {
    expect(config.images.get('datastorage')).toMatchObject({
      memoryBytes: 2 ** 30,
      timeoutMs: 1_200_000,
      target: 'production',
      platforms: ['linux/amd64'],
    })
    expect(config.services.get('datastorage')).toMatchObject({ timeoutMs: 120_000, restarts: 0 })
  })

  test('what is left out has its default', () => {
    const base = config.images.get('base')
    expect(base).toMatchObject({
      kind: 'built',
      context: '/repo',
      needs: [],
      memoryBytes: 512 * 2 ** 20,
      timeoutMs: 1_800_000,
    })
    expect(base).not.toHaveProperty('target')
    expect(base).toMatchObject({ platforms: [] })
    expect(config.services.get('postgres')).toMatchObject({
      ready: [{ kind: 'rollout' }],
      needs: [],
      timeoutMs: 180_000,
      restarts: 1,
      ports: new Map(),
    })
    expect(config.environments.get('data')).toMatchObject({
      cluster: { provider: 'podman' },
      isDefault: true,
    })
  })

  test('I3: the repository is what the file says, else project and name', () => {
    expect(config.images.get('datastorage')).toMatchObject({ repository: 'shop/data' })
    expect(config.images.get('base')).toMatchObject({ repository: 'shop/base' })
  })

  test('I10: a pulled image is of another type than a built one', () => {
    expect(config.images.get('postgres')?.kind).toBe('external')
    expect(config.images.get('postgres')).not.toHaveProperty('repository')
  })

  test('I11: short names are fully qualified, with a tag', () => {
    expect(config.images.get('postgres')).toMatchObject({
      reference: 'docker.io/library/postgres:16-alpine',
    })
    expect(config.images.get('node')).toMatchObject({ reference: 'docker.io/library/node:latest' })
  })

  test('a reference to an image in the arguments is a need', () => {
    expect(config.images.get('datastorage')).toMatchObject({ needs: ['base'] })
  })

  test('arguments and commands are kept as they are written', () => {
    const image = config.images.get('datastorage')
    if (image?.kind !== 'built') throw new Error('not built')
    const values = [...image.args].map(([key, template]) => [
      key,
      evaluateTemplate(template, (expression) => `<${expression.root}>`),
    ])
    expect(Object.fromEntries(values)).toEqual({
      BUILD_MODE: 'release',
      BASE: '<images>',
      GO: '1.20',
      CGO_ENABLED: '0',
      HOME: '<env>',
    })
    expect(config.images.get('node')).toMatchObject({ rootfs: ['sh', 'base/rootfs.sh', '20'] })
  })

  test('conditions and ports are converted', () => {
    expect(config.services.get('datastorage')).toMatchObject({
      ready: [
        { kind: 'rollout' },
        { kind: 'exec', command: ['psql', '-c', 'SELECT 1'] },
        { kind: 'http', port: 'api', path: '/readyz', status: [{ from: 200, to: 200 }] },
        { kind: 'tcp', port: 'grpc' },
      ],
      ports: new Map([
        ['api', { port: 8080 }],
        ['grpc', { port: 9090, hostPort: 19_090 }],
      ]),
    })
  })

  test('later steps can point at every value', () => {
    expect(config.images.get('datastorage')?.location.start).toEqual({ line: 6, column: 3 })
    expect(config.locate(['services', 'datastorage', 'needs', 0]).start).toEqual({ line: 24, column: 13 })
  })

  test('the three top-level sections may be absent', () => {
    expect(valid('').images.size).toBe(0)
  })
})

describe('the text', () => {
  test('an empty file says how to begin', () => {
    expect(problemsOf('# nothing yet\n')).toMatchInlineSnapshot(`
      "kindling.yaml:1:1  error  E_CONFIG_INVALID
        the file is empty
          1 | # nothing yet
            | ~
        hint: begin it with \`apiVersion: kindling/v1alpha1\`"
    `)
  })

  test('a syntax error is shown in its place', () => {
    expect(problems('images: { base: { dockerfile: a }\n')).toMatchInlineSnapshot(`
      "kindling.yaml:3:33  error  E_CONFIG_SYNTAX
        flow map in block collection must be sufficiently indented and end with a }
          3 | images: { base: { dockerfile: a }
            |                                 ~"
    `)
  })

  test('a key that is there twice does not hide the other problems', () => {
    expect(problems('services: {}\nservices: {}\nimage: {}\n')).toMatchInlineSnapshot(`
      "kindling.yaml:4:1  error  E_CONFIG_SYNTAX
        the key \`services\` is there twice
          4 | services: {}
            | ~~~~~~~~

      kindling.yaml:5:1  error  E_CONFIG_UNKNOWN_KEY
        unknown key \`image\` in the file
          5 | image: {}
            | ~~~~~
        hint: did you mean \`images\`?"
    `)
  })

  test('a second document is refused', () => {
    expect(problems('---\na: 1\n')).toMatchInlineSnapshot(`
      "kindling.yaml:4:1  error  E_CONFIG_SYNTAX
        the file has more than one document
          4 | a: 1
            | ~~~~
        hint: remove the line \`---\` and what follows it"
    `)
  })

  test('a list is no configuration', () => {
    expect(problemsOf('- a\n- b\n')).toMatchInlineSnapshot(`
      "kindling.yaml:1:1  error  E_CONFIG_INVALID
        the file: expected mapping, found a list
          1 | - a
            | ~~~"
    `)
  })
})

describe('the version', () => {
  test('without one, the rest is checked all the same', () => {
    expect(problemsOf('project: Shop\nimages: {}\n')).toMatchInlineSnapshot(`
      "kindling.yaml:1:1  error  E_CONFIG_VERSION
        the file lacks \`apiVersion\`
          1 | project: Shop
            | ~~~~~~~~~~~~~
        hint: begin it with \`apiVersion: kindling/v1alpha1\`

      kindling.yaml:1:10  error  E_CONFIG_INVALID
        \`project\`: expected name of lower-case letters, digits and dashes, found \`Shop\`
          1 | project: Shop
            |          ~~~~
        hint: for example gateway, data-storage"
    `)
  })

  test('another version is not judged by the rules of this one', () => {
    expect(problemsOf('apiVersion: kindling/v1\nprojekt: x\n')).toMatchInlineSnapshot(`
      "kindling.yaml:1:13  error  E_CONFIG_VERSION
        unknown apiVersion \`kindling/v1\`
          1 | apiVersion: kindling/v1
            |             ~~~~~~~~~~~
        hint: this version of Kindling reads: kindling/v1alpha1"
    `)
  })
})

test('problems of all kinds are reported at once, in the order of the file', () => {
  const text = problems(
    `images:
  base: { dockerfile: missing, memry: 1 }
  api: { dockerfile: a, needs: [bas], timeout: soon }
services:
  db: { apply: a, needs: [db] }
`,
    { exists: (path) => path !== '/repo/missing' },
  )
  expect(text.match(/^kindling.yaml:\d+|E_\w+/gm)).toEqual([
    'kindling.yaml:4',
    'E_CONFIG_FILE_MISSING',
    'kindling.yaml:4',
    'E_CONFIG_UNKNOWN_KEY',
    'kindling.yaml:5',
    'E_CONFIG_UNKNOWN_NAME',
    'kindling.yaml:5',
    'E_CONFIG_INVALID',
    'kindling.yaml:7',
    'E_CONFIG_CYCLE',
  ])
})

test('whatever is broken in a file, it is reported with its place and never thrown', () => {
  const junk = fc.oneof(
    fc.constantFrom(
      null,
      '',
      'x',
      '${',
      '${images.x.ref}',
      '1GiB',
      -1,
      0,
      1.5,
      true,
      '__proto__',
      'constructor',
    ),
    fc.constantFrom([], {}, [null], [[]], { a: null }, ['a', 5], { exec: [], http: {} }),
  )
  const intact: unknown = parse(document(shop))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), junk), { minLength: 1, maxLength: 4 }), (mutations) => {
      const value = structuredClone(intact)
      for (const [position, replacement] of mutations) {
        const slots = slotsOf(value)
        const slot = slots[position % slots.length]
        if (slot !== undefined) slot.parent[slot.key] = structuredClone(replacement)
      }
      const text = stringify(value)
      const { config, diagnostics } = parseConfig(file, text, everythingExists)
      expect(config === undefined).toBe(diagnostics.length > 0)
      for (const diagnostic of diagnostics) {
        expect(diagnostic.location?.file).toBe(file)
        expect(formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' })).toMatch(
          /^kindling.yaml:\d+:\d+ /,
        )
      }
    }),
    { numRuns: 500 },
  )
})

interface Slot {
  readonly parent: Record<string, unknown>
  readonly key: string
}

function slotsOf(value: unknown): Slot[] {
  if (typeof value !== 'object' || value === null) return []
  const parent = value as Record<string, unknown>
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...slotsOf(parent[key])])
}
