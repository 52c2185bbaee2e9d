import { describe, expect, test } from 'vitest'
import { type FakeAnswer, FakeExec } from '../../../test/rig/fake-exec.ts'
import { sampleChart, sampleKustomization } from '../../../test/rig/sample-sources.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { transcript } from '../../../test/rig/transcript.ts'
import { parseConfig } from '../../config/parse.ts'
import { prepareManifests } from '../../deploy/prepare.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Command } from '../../exec/command.ts'
import { manifestSources } from './manifest-sources.ts'

const images = ['gateway', 'migrate'].map((name) => ({
  kind: 'built' as const,
  name,
  repository: `shop/${name}`,
}))
const chart = transcript('template.stdout.txt', 'helm-3.14.4')

/** What is prepared of these services, with the paths of this machine left out of its problems. */
async function prepare(
  services: string,
  answer: (command: Command) => FakeAnswer | undefined,
  root: string = temporaryDirectory({ ...sampleChart, ...sampleKustomization }),
) {
  const text = `apiVersion: kindling/v1alpha1\nproject: shop\nservices:\n${services}`
  const { config, diagnostics } = parseConfig(`${root}/kindling.yaml`, text, { exists: () => true, env: {} })
  expect(diagnostics).toEqual([])
  if (config === undefined) throw new Error('no configuration')
  const exec = new FakeExec(answer)
  const prepared = await prepareManifests(
    manifestSources(config, [...config.services.values()], exec),
    images,
  )
  return {
    lines: exec.lines.map((line) => line.replaceAll(root, '/repo')),
    objects: prepared.services.flatMap(({ objects }) =>
      objects.map(({ kind, metadata: { namespace, name } }) =>
        [kind, namespace, name].filter(Boolean).join(' '),
      ),
    ),
    problems: prepared.diagnostics.map((diagnostic) => withoutRoot(diagnostic, root)),
  }
}

function withoutRoot({ code, message, hint, location }: Diagnostic, root: string) {
  return {
    code,
    message: message.replaceAll(root, '/repo'),
    hint: hint?.replaceAll(root, '/repo'),
    place: `${location?.file.replace(root, '/repo')}:${location?.start.line}:${location?.start.column}`,
  }
}

describe('programs that make manifests', () => {
  test('run for all sources, and once for two services with the same', async () => {
    const one =
      '{ command: [sh, gen.sh], kustomize: deploy/overlays/e2e, helm: { release: web, chart: charts/shop } }'
    const { lines, objects, problems } = await prepare(`  a: ${one}\n  b: ${one}\n`, ({ program }) => {
      if (program === 'helm') return { stdout: chart }
      if (program === 'kustomize') return { stdout: transcript('kustomize.stdout.txt', 'kubectl-1.32.4') }
      return { stdout: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: printed }\n' }
    })
    expect(problems).toEqual([])
    expect(lines.sort()).toEqual([
      'helm template web charts/shop --include-crds',
      'kustomize build /repo/deploy/overlays/e2e',
      'sh gen.sh',
    ])
    const each = [
      'ConfigMap shop settings-t84bgbmfg7',
      'Deployment shop gateway',
      'CustomResourceDefinition widgets.shop.example.com',
      'ConfigMap shop web-texts',
      'Deployment web-gateway',
      'ConfigMap printed',
    ]
    expect(objects).toEqual([...each, ...each])
  })

  test.each([
    ['{ helm: { chart: charts/shop }, namespace: second }', 'second', 'second'],
    ['{ helm: { chart: charts/shop, namespace: tools } }', 'tools', 'tools'],
    ['{ helm: { chart: charts/shop, namespace: tools }, namespace: second }', 'tools', 'second'],
  ])('a release has the namespace of its own, or of its service: %s', async (web, rendered, applied) => {
    const { lines, objects } = await prepare(`  web: ${web}\n`, () => ({ stdout: chart }))
    expect(lines).toEqual([`helm template web charts/shop --include-crds --namespace ${rendered}`])
    expect(objects.at(-1)).toBe(`Deployment ${applied} web-gateway`)
  })

  test('messages name the template of a chart in the repository, else what helm calls it', async () => {
    const stdout = chart.replace('shop/gateway:dev', 'shop/nobody:dev')
    const local = await prepare('  web: { helm: { chart: ./charts/shop } }\n', () => ({ stdout }))
    expect(local.problems[0]).toMatchObject({
      code: 'E_MANIFEST_IMAGE',
      message:
        'nobody provides the image `shop/nobody:dev` of Deployment web-gateway (rendered from charts/shop/templates/gateway.yaml)',
      place: '/repo/kindling.yaml:4:25',
    })
    const remote = await prepare('  web: { helm: { chart: acme/shop } }\n', () => ({ stdout }))
    expect(remote.problems[0]?.message).toContain('(rendered from shop/templates/gateway.yaml)')
  })
})

describe('a program that fails is told at its place, in its own words', () => {
  const helm = (name: string) => ({ exitCode: 1, stderr: transcript(`${name}.stderr.txt`, 'helm-3.14.4') })
  const kubectl = (name: string) => ({
    exitCode: 1,
    stderr: transcript(`${name}.stderr.txt`, 'kubectl-1.32.4'),
  })

  async function problemOf(
    web: string,
    answer: FakeAnswer | undefined,
    files?: Readonly<Record<string, string>>,
  ) {
    const root = files === undefined ? undefined : temporaryDirectory(files)
    const { problems } = await prepare(`  web: ${web}\n`, () => answer, root)
    expect(problems).toHaveLength(1)
    return problems[0]
  }

  test('a chart that refuses its values', async () => {
    expect(
      await problemOf('{ helm: { chart: charts/shop, set: { image: "" } } }', helm('template-fails')),
    ).toEqual({
      code: 'E_MANIFEST_RENDER',
      message:
        'charts/shop cannot be rendered: execution error at (shop/templates/gateway.yaml:1:30): image must not be empty',
      hint: 'to see all of it: `helm template web charts/shop --include-crds --set-string image=`',
      place: '/repo/kindling.yaml:4:25',
    })
  })

  test('a chart that is not there', async () => {
    expect(await problemOf('{ helm: { chart: charts/none } }', helm('no-such-chart'))).toMatchObject({
      message: 'charts/none cannot be rendered: repo charts not found',
      hint: 'there is no /repo/charts/none; a chart from a repository needs `repo` or `helm repo add`',
    })
  })

  test('a chart without the charts it depends on', async () => {
    expect(await problemOf('{ helm: { chart: charts/shop } }', helm('missing-dependency'))).toMatchObject({
      hint: 'fetch the charts it depends on: `helm dependency build charts/shop`',
    })
  })

  test('a kustomization with a resource that is missing', async () => {
    const problem = await problemOf('{ kustomize: deploy/overlays/e2e }', kubectl('missing-resource'))
    expect(problem).toMatchObject({ code: 'E_MANIFEST_RENDER', place: '/repo/kindling.yaml:4:21' })
    expect(problem?.message).toMatch(
      /^deploy\/overlays\/e2e cannot be rendered: accumulating resources: .*nowhere.yaml/,
    )
    expect(problem?.hint).toBe('to see all of it: `kustomize build /repo/deploy/overlays/e2e`')
  })

  test.each(['deploy', 'deploy/a.yaml'])('%s is no kustomization', async (path) => {
    const files = { 'deploy/a.yaml': '' }
    expect(await problemOf(`{ kustomize: ${path} }`, kubectl('no-kustomization'), files)).toMatchObject({
      hint: 'a kustomization is a directory with a `kustomization.yaml`',
    })
  })

  test('a command with a lot to say: the end of it', async () => {
    const stderr = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n')
    const problem = await problemOf('{ command: [sh, gen.sh] }', { exitCode: 3, stderr })
    const lines = problem?.message.split('\n')
    expect(lines?.[0]).toBe('`sh gen.sh` failed: sh exited with code 3')
    expect(lines?.slice(1)).toEqual(Array.from({ length: 10 }, (_, index) => `    line ${index + 20}`))
  })

  test('a command that takes too long', async () => {
    expect(await problemOf('{ command: [sleep, inf] }', { reason: 'timeout' })).toMatchObject({
      code: 'E_MANIFEST_RENDER',
      message: expect.stringContaining('its time limit'),
    })
  })

  test.each([
    [
      '{ helm: { chart: charts/shop } }',
      'there is no `helm` on the PATH to render it with',
      'https://helm.sh',
    ],
    [
      '{ kustomize: deploy/base }',
      'there is neither `kustomize` nor `kubectl` on the PATH to render it with',
      'https://kubectl.docs',
    ],
    ['{ command: [gen] }', 'gen could not be started: spawn ENOENT', 'programs are looked for on the PATH'],
  ])('a program that is not there: %s', async (web, message, hint) => {
    expect(await problemOf(web, undefined)).toMatchObject({
      code: 'E_MANIFEST_TOOL',
      message,
      hint: expect.stringContaining(hint),
    })
  })
})

test('a cancelled run is no problem of the manifests', async () => {
  await expect(prepare('  web: { command: [gen] }\n', () => ({ reason: 'cancelled' }))).rejects.toMatchObject(
    {
      reason: 'cancelled',
    },
  )
})
