import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/deploy/manifest.ts'
import { renderChart } from '../../src/drivers/helm.ts'
import { renderKustomization } from '../../src/drivers/kustomize.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { Redactor } from '../../src/exec/redactor.ts'
import { describeObject, type KubernetesObject } from '../../src/util/kubernetes-object.ts'
import { sampleChart, sampleKustomization } from '../rig/sample-sources.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'
import { transcript } from '../rig/transcript.ts'

// The real programs must print the objects that were recorded of them: what the other tests are built on.

const exec = new LocalExec({ redactor: new Redactor() })

function missing(...programs: readonly string[]): string | undefined {
  const isThere = programs.some((program) => spawnSync(program, ['version', '--client']).error === undefined)
  return isThere ? undefined : `no ${programs.join(' or ')} on the PATH`
}

describe('kustomize', () => {
  test('renders an overlay as recorded', async ({ skip }) => {
    const reason = missing('kustomize', 'kubectl')
    skip(reason !== undefined, reason)
    const root = temporaryDirectory(sampleKustomization)
    const text = await renderKustomization(exec, `${root}/deploy/overlays/e2e`)
    expect(objectsIn(text)).toEqual(objectsIn(transcript('kustomize.stdout.txt', 'kubectl-1.32.4')))
  })
})

describe('helm', () => {
  test('renders a chart as recorded, with values of every sort', async ({ skip }) => {
    const reason = missing('helm')
    skip(reason !== undefined, reason)
    const root = temporaryDirectory({
      ...sampleChart,
      'values.yaml': 'replicas: 2\n',
      'text, long.txt': 'a file, with {commas}\n',
    })
    const text = await renderChart(
      exec,
      {
        chart: 'charts/shop',
        release: 'web',
        namespace: 'shop',
        values: [`${root}/values.yaml`],
        set: new Map([
          ['greeting', { text: 'a,b', isText: true }],
          ['title', { text: '{x}', isText: true }],
          ['replicas', { text: '4', isText: false }],
        ]),
        setFile: new Map([['text', `${root}/text, long.txt`]]),
      },
      { cwd: root },
    )
    const recorded = transcript('template.stdout.txt', 'helm-3.14.4')
    expect(objectsIn(text)).toEqual(objectsIn(recorded))
    expect(templatesIn(text)).toEqual(templatesIn(recorded))
  })
})

/** The objects in an output, by name: neither the order of hooks nor the layout is fixed. */
function objectsIn(text: string): readonly KubernetesObject[] {
  return parseManifests('/repo/kindling.yaml', text)
    .manifests.map(({ object }) => object)
    .sort((a, b) => describeObject(a).localeCompare(describeObject(b)))
}

function templatesIn(text: string): readonly string[] {
  return (text.match(/^# Source: .*$/gm) ?? []).sort()
}
