import { expect, test } from 'vitest'
import { memoryRepository } from '../../../test/rig/memory-repository.ts'
import { setUpScripts } from './set-up-scripts.ts'

const found = (path: string, text: string) =>
  setUpScripts
    .detect(path, text, memoryRepository({}))
    .map((finding) => (finding.kind === 'set-up' ? finding.does : ''))

test.each([
  ['kind load docker-image shop/web', 'load'],
  ['kind create cluster --config kind.yaml', 'cluster'],
  ['kubectl -n shop apply -f deploy/', 'apply'],
  ['kustomize build deploy | $(KUBECTL) apply -f -', 'apply'],
  ['helm upgrade --install web charts/web', 'apply'],
  ['docker compose up -d', 'apply'],
  ['$(DOCKER) build -t web .', 'build'],
])('%s sets something up: %s', (command, does) => {
  expect(found('hack/up.sh', `${command}\n`)).toEqual([does])
})

test.each(['kubectl get pods', 'docker ps', '# kind load x', 'kindling build web', 'echo kindness'])(
  '%s sets nothing up',
  (command) => {
    expect(found('hack/up.sh', `${command}\n`)).toEqual([])
  },
)

test('set-up code of tests counts', () => {
  const text =
    'cmd := exec.Command("kind", "load", "docker-image", name)\nexec.Command("podman", "build", ".")\n'
  expect(found('test/e2e/setup.go', text)).toEqual(['load', 'build'])
  expect(setUpScripts.isFor('src/server.go')).toBe(false)
})
