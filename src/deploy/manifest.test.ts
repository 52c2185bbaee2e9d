import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { describeManifest, parseManifests, withoutDuplicates } from './manifest.ts'

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gateway, namespace: shop }\n'
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: gateway, namespace: shop }\n'

describe('parseManifests', () => {
  const file = '/repo/deploy/a.yaml'

  function problems(text: string): string {
    return parseManifests(file, text)
      .diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, text, { color: false, cwd: '/repo' }))
      .join('\n\n')
  }

  test('documents are separate objects, empty ones are skipped', () => {
    const { manifests, diagnostics } = parseManifests(
      file,
      `---\n${deployment}---\n# nothing\n---\n${service}`,
    )
    expect(diagnostics).toEqual([])
    expect(manifests.map(describeManifest)).toEqual(['Deployment gateway', 'Service gateway'])
  })

  test('a List stands for its items, which keep their places', () => {
    const { manifests } = parseManifests(
      file,
      'apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Secret, metadata: { name: a } }\n  - { apiVersion: v1, kind: Pod, metadata: { name: b } }\n',
    )
    expect(manifests.map(describeManifest)).toEqual(['Secret a', 'Pod b'])
    expect(manifests[1]?.locate(['metadata', 'name']).start).toEqual({ line: 5, column: 52 })
  })

  test('every document says where its fields stand', () => {
    const [, second] = parseManifests(file, `${deployment}---\n${service}`).manifests
    expect(second?.locate(['kind']).start).toEqual({ line: 6, column: 7 })
    expect(second?.locate(['spec', 'ports']).start).toEqual({ line: 5, column: 1 })
  })

  test('a kustomization is not applied as it stands', () => {
    const [problem] = parseManifests(
      file,
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
    ).diagnostics
    expect(problem).toMatchObject({
      code: 'E_MANIFEST_INVALID',
      message: 'this is a kustomization, not an object to apply',
      location: { start: { line: 2, column: 7 } },
    })
    expect(problem?.hint).toContain('`kustomize`')
  })

  test('what is no YAML is shown in its place', () => {
    expect(problems('apiVersion: v1\nkind: "Pod\n')).toMatchInlineSnapshot(`
      "deploy/a.yaml:2:10  error  E_MANIFEST_SYNTAX
        missing closing "quote
          2 | kind: "Pod
            |          ~"
    `)
  })

  test('what is no Kubernetes object says what it lacks', () => {
    expect(
      problems(
        '- a\n---\nkind: Pod\nmetadata: {}\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: 5 }\n',
      ),
    ).toMatchInlineSnapshot(`
      "deploy/a.yaml:1:1  error  E_MANIFEST_INVALID
        this is not a Kubernetes object but a plain value or a list
          1 | - a
            | ~~~
        hint: every object has \`apiVersion\`, \`kind\` and \`metadata.name\`

      deploy/a.yaml:3:1  error  E_MANIFEST_INVALID
        this Pod lacks \`apiVersion\`, \`metadata.name\`
          3 | kind: Pod
            | ~~~~~~~~~
        hint: every object has \`apiVersion\`, \`kind\` and \`metadata.name\`

      deploy/a.yaml:8:19  error  E_MANIFEST_INVALID
        \`metadata.name\` must be a text, not \`5\`
          8 | metadata: { name: 5 }
            |                   ~
        hint: every object has \`apiVersion\`, \`kind\` and \`metadata.name\`"
    `)
  })

  test('octal modes mean what they mean to kubectl', () => {
    const { manifests } = parseManifests(file, `${deployment}spec: { mode: 0644 }\n`)
    expect(manifests[0]?.object.spec).toEqual({ mode: 0o644 })
  })
})

describe('withoutDuplicates', () => {
  const [first, second] = ['/repo/a.yaml', '/repo/b.yaml']

  function check(one: string, other: string) {
    const all = [...parseManifests(first, one).manifests, ...parseManifests(second, other).manifests]
    const { manifests, diagnostics } = withoutDuplicates(all)
    return { names: manifests.map(describeManifest), diagnostics }
  }

  test('the same object twice is an error that shows both places', () => {
    const { names, diagnostics } = check(
      deployment,
      `${service}---\n${deployment.replace('apps/v1', 'apps/v1beta1')}`,
    )
    expect(names).toEqual(['Deployment gateway', 'Service gateway'])
    expect(diagnostics).toMatchObject([
      {
        code: 'E_MANIFEST_DUPLICATE',
        message: 'Deployment gateway is there twice',
        location: { file: second, start: { line: 7, column: 19 } },
        related: [{ location: { file: first, start: { line: 3, column: 19 } } }],
      },
    ])
  })

  test.each([
    ['in another namespace', service.replace('namespace: shop', 'namespace: other')],
    ['of another group', service.replace('v1', 'serving.knative.dev/v1')],
  ])('the same name %s is another object', (_, other) => {
    expect(check(service, other).diagnostics).toEqual([])
  })
})
