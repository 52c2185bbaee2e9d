import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { parseConfig } from './parse.ts'

function parse(services: string, exists: (path: string) => boolean = () => true) {
  const text = `apiVersion: kindling/v1alpha1\nproject: shop\nservices:\n${services}`
  return { text, ...parseConfig('/repo/kindling.yaml', text, { exists, env: {} }) }
}

function service(text: string) {
  const { config, diagnostics } = parse(`  web: ${text}\n`)
  expect(diagnostics).toEqual([])
  return config?.services.get('web')
}

function problems(services: string, exists?: (path: string) => boolean): string {
  const { text, diagnostics } = parse(services, exists)
  return diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' }))
    .join('\n\n')
}

describe('what the manifests of a service come from', () => {
  test.each([
    ['deploy/*.yaml', '/repo/deploy', '*.yaml'],
    ['"deploy/**/*.yaml"', '/repo/deploy', '**/*.yaml'],
    ['../shared/{a,b}.yaml', '/shared', '{a,b}.yaml'],
    ['"*.yaml"', '/repo', '*.yaml'],
    ['deploy/web-?/main.yaml', '/repo/deploy', 'web-?/main.yaml'],
    ['/etc/a*/b.yaml', '/etc', 'a*/b.yaml'],
  ])('%s is a pattern', (text, directory, pattern) => {
    expect(service(`{ apply: [${text.startsWith('"') ? text : `"${text}"`}] }`)?.sources).toMatchObject([
      { kind: 'glob', directory, pattern, text: text.replaceAll('"', '') },
    ])
  })

  test('may be several, in a fixed order, each with its place', () => {
    const sources = service(`
    command: [node, gen.mjs, 1.20]
    helm: { chart: charts/web }
    kustomize: [deploy/a, deploy/b]
    apply: deploy/web.yaml`)?.sources
    expect(sources).toMatchObject([
      { kind: 'path', path: '/repo/deploy/web.yaml', location: { start: { line: 8, column: 12 } } },
      { kind: 'kustomize', directory: '/repo/deploy/a' },
      { kind: 'kustomize', directory: '/repo/deploy/b', location: { start: { line: 7, column: 27 } } },
      { kind: 'helm', chart: 'charts/web', release: 'web', values: [], location: { start: { line: 6 } } },
      { kind: 'command', command: ['node', 'gen.mjs', '1.20'], location: { start: { line: 5 } } },
    ])
  })

  test('a chart has files and single values; what is written as a text stays one', () => {
    const [helm] =
      service(`{ helm: { chart: acme/web, repo: "https://charts.example.com", version: 1.2.3, release: r, namespace: n,
      values: [a.yaml, /etc/b.yaml], set: { image.tag: "1.20", replicas: 2, ratio: 1.20, debug: true, name: x },
      setFile: { text: notes.txt } } }`)?.sources ?? []
    expect(helm).toMatchObject({
      chart: 'acme/web',
      repo: 'https://charts.example.com',
      version: '1.2.3',
      release: 'r',
      namespace: 'n',
      values: ['/repo/a.yaml', '/etc/b.yaml'],
      set: new Map([
        ['image.tag', { text: '1.20', isText: true }],
        ['replicas', { text: '2', isText: false }],
        ['ratio', { text: '1.20', isText: false }],
        ['debug', { text: 'true', isText: false }],
        ['name', { text: 'x', isText: true }],
      ]),
      setFile: new Map([['text', '/repo/notes.txt']]),
    })
  })

  test('a service without any is an error, but not when one has an error in it', () => {
    expect(problems('  web: { needs: [] }\n  db: { apply: [] }\n')).toMatchInlineSnapshot(`
      "kindling.yaml:4:3  error  E_CONFIG_INVALID
        service \`web\` has no manifests: it needs \`apply\`, \`kustomize\`, \`helm\`, \`command\` or \`run\`
          4 |   web: { needs: [] }
            |   ~~~
        hint: for example \`apply: deploy/postgres.yaml\`

      kindling.yaml:5:16  error  E_CONFIG_INVALID
        \`services.db.apply\`: expected list of paths, at least one, found an empty list
          5 |   db: { apply: [] }
            |                ~~"
    `)
  })

  test('files that do not exist are told, each in its place; patterns and charts are not looked for here', () => {
    const text = `  web:
    apply: deploy/*.yaml
    kustomize: deploy/e2e
    helm: { chart: charts/web, values: [a.yaml, b.yaml], setFile: { text: c.txt } }
`
    expect(problems(text, (path) => path === '/repo/a.yaml')).toMatchInlineSnapshot(`
      "kindling.yaml:6:16  error  E_CONFIG_FILE_MISSING
        the kustomization of service \`web\` does not exist
          6 |     kustomize: deploy/e2e
            |                ~~~~~~~~~~
        hint: looked for /repo/deploy/e2e; relative paths start at the directory of this file

      kindling.yaml:7:49  error  E_CONFIG_FILE_MISSING
        a values file of service \`web\` does not exist
          7 |     helm: { chart: charts/web, values: [a.yaml, b.yaml], setFile: { text: c.txt } }
            |                                                 ~~~~~~
        hint: looked for /repo/b.yaml; relative paths start at the directory of this file

      kindling.yaml:7:75  error  E_CONFIG_FILE_MISSING
        the file for \`text\` of service \`web\` does not exist
          7 |     helm: { chart: charts/web, values: [a.yaml, b.yaml], setFile: { text: c.txt } }
            |                                                                           ~~~~~
        hint: looked for /repo/c.txt; relative paths start at the directory of this file"
    `)
  })
})

describe('images in custom resources', () => {
  test('are at paths in objects of a kind', () => {
    const { imagePaths } =
      service('{ apply: a, imagePaths: [{ kind: Widget, path: "spec.images[*].ref" }] }') ?? {}
    expect(imagePaths).toMatchObject([
      { kind: 'Widget', path: 'spec.images[*].ref', location: { start: { line: 4, column: 55 } } },
    ])
  })

  test.each(['', '.spec', 'spec.', 'spec..image', 'spec[', 'spec[x].image', 'spec[*]image'])(
    '%j is no path',
    (path) => {
      const text = problems(`  web: { apply: a, imagePaths: [{ kind: W, path: "${path}" }] }\n`)
      expect(text).toContain('`services.web.imagePaths[0].path`: expected dotted path')
    },
  )
})

test('a namespace is one for Kubernetes', () => {
  expect(service('{ apply: a, namespace: second }')?.namespace).toBe('second')
  expect(problems('  web: { apply: a, namespace: Second_1 }\n')).toContain('`services.web.namespace`')
})
