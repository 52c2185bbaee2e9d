import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { describeManifest, parseManifests, readManifests } from './manifest.ts'

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gateway, namespace: shop }\n'
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: gateway, namespace: shop }\n'

describe('readManifests', () => {
  let root: string

  beforeEach(() => {
    root = mkdtempSync(join(realpathSync(tmpdir()), 'kindling-manifests-'))
  })

  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  function write(path: string, text: string): string {
    const file = join(root, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
    return file
  }

  async function read(...paths: string[]) {
    const { manifests, diagnostics } = await readManifests(paths.map((path) => join(root, path)))
    return { names: manifests.map(describeManifest), diagnostics, manifests }
  }

  test('a directory gives its YAML and JSON files by name, nothing else and nothing below it', async () => {
    write('deploy/b.yml', service)
    write('deploy/a.yaml', deployment)
    write('deploy/c.json', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}')
    write('deploy/README.md', 'no manifest: [')
    write('deploy/below/d.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n')
    const { names, diagnostics } = await read('deploy')
    expect(diagnostics).toEqual([])
    expect(names).toEqual(['Deployment gateway', 'Service gateway', 'Secret s'])
  })

  test('files are taken in the order in which they are named, and a file that is named twice once', async () => {
    write('deploy/a.yaml', deployment)
    write('deploy/b.yaml', service)
    const { names, diagnostics } = await read('deploy/b.yaml', 'deploy')
    expect(diagnostics).toEqual([])
    expect(names).toEqual(['Service gateway', 'Deployment gateway'])
  })

  test('a directory without manifests and a path that does not exist are errors', async () => {
    mkdirSync(join(root, 'empty'))
    const { diagnostics } = await read('empty', 'nowhere.yaml')
    expect(diagnostics.map(({ code, message }) => [code, message.replaceAll(root, '')])).toEqual([
      ['E_MANIFEST_MISSING', 'there are no manifests in /empty'],
      ['E_MANIFEST_MISSING', 'cannot read /nowhere.yaml: there is no such file or directory'],
    ])
  })

  test('problems of all files are reported at once, and the good objects are kept', async () => {
    write('deploy/a.yaml', 'apiVersion: [\n')
    write('deploy/b.yaml', `${service}---\nkind: Pod\n`)
    const { names, diagnostics } = await read('deploy', 'nowhere')
    expect(names).toEqual(['Service gateway'])
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'E_MANIFEST_MISSING',
      'E_MANIFEST_SYNTAX',
      'E_MANIFEST_INVALID',
    ])
  })

  test('the same object twice is an error that shows both places', async () => {
    const first = write('a.yaml', deployment)
    const second = write('b.yaml', `${service}---\n${deployment.replace('apps/v1', 'apps/v1beta1')}`)
    const { names, diagnostics } = await read('a.yaml', 'b.yaml')
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

  test('the same name in another namespace or of another group is another object', async () => {
    write('a.yaml', service)
    write('b.yaml', service.replace('namespace: shop', 'namespace: other'))
    write('c.yaml', service.replace('v1', 'serving.knative.dev/v1'))
    expect((await read('a.yaml', 'b.yaml', 'c.yaml')).diagnostics).toEqual([])
  })
})

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
        this is no Kubernetes object, but a plain value or a list
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
