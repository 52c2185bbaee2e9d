import { expect, test } from 'vitest'
import { memoryRepository } from '../../../test/rig/memory-repository.ts'
import { skaffold } from './skaffold.ts'

const files = { 'web/Dockerfile': 'FROM a\n', 'base/Dockerfile': 'FROM a\n' }
const read = (text: string) => skaffold.detect('skaffold.yaml', text, memoryRepository(files))

test('artifacts are builds, with the images they need as arguments', () => {
  const [build] = read(`apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: shop/web
      context: web
      docker: { target: run, buildArgs: { MODE: x, COMMIT: "{{.GIT}}" } }
      requires: [{ image: shop/base }, { image: shop/tools, alias: TOOLS }]
`)
  expect(build).toMatchObject({
    ...{ kind: 'build', repository: 'shop/web', dockerfile: 'web/Dockerfile', context: 'web', target: 'run' },
    ...{ args: { MODE: 'x' }, unknown: ['COMMIT'], imageArgs: { BASE: 'shop/base', TOOLS: 'shop/tools' } },
  })
})

test('what has no Dockerfile is told', () => {
  const [found] = read(
    'apiVersion: skaffold/v2beta29\nkind: Config\nbuild: { artifacts: [{ image: a, jib: {} }, { image: b, context: gone }] }\n',
  )
  expect(found).toMatchObject({
    kind: 'skaffold',
    manifests: ['k8s/*.yaml'],
    notes: [
      'skaffold.yaml builds a with jib, and not from a Dockerfile',
      'skaffold.yaml builds b from a Dockerfile that is not there',
    ],
  })
})

test('what is applied is known in the words of old and of new versions', () => {
  const old = read(
    'apiVersion: skaffold/v2beta29\nkind: Config\ndeploy: { kubectl: { manifests: [deploy/*.yaml] }, kustomize: {} }\n',
  )
  expect(old).toMatchObject([{ manifests: ['deploy/*.yaml'], kustomizations: ['.'] }])
  const [, recent] = read(`apiVersion: skaffold/v4beta11
kind: Config
metadata: { name: shop }
build: { artifacts: [{ image: shop/my-web, context: web }] }
manifests:
  kustomize: { paths: [overlays/dev] }
deploy:
  helm:
    releases:
      - name: web
        chartPath: charts/web
        valuesFiles: [charts/web/dev.yaml]
        setValues: { replicas: 1 }
        setValueTemplates: { image.repository: "{{.IMAGE_REPO_shop_my_web}}", image.tag: "{{.IMAGE_TAG_shop_my_web}}" }
`)
  expect(recent).toMatchObject({
    ...{ name: 'shop', manifests: [], kustomizations: ['overlays/dev'] },
    releases: [
      {
        ...{ name: 'web', chart: 'charts/web', values: ['charts/web/dev.yaml'] },
        set: { replicas: '1', 'image.repository': 'shop/my-web', 'image.tag': 'dev' },
      },
    ],
  })
})
