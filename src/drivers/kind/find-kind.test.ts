import { expect, test } from 'vitest'
import { type FakeAnswer, FakeExec } from '../../../test/rig/fake-exec.ts'
import { Podman } from '../podman/podman.ts'
import { findKind } from './find-kind.ts'
import { Kind } from './kind.ts'

function kindThat(answer: FakeAnswer | undefined): Kind {
  const exec = new FakeExec(() => answer)
  return new Kind(exec, { engine: new Podman(exec), kubeconfig: '/private/kubeconfig' })
}

test.each<[string, FakeAnswer | undefined, unknown]>([
  ['is not there', undefined, { problem: { code: 'E_KIND_NOT_FOUND' } }],
  [
    'is too old',
    { stdout: 'kind v0.19.0 go1.20.4 linux/amd64' },
    { problem: { code: 'E_KIND_TOO_OLD', message: 'kind 0.19.0 is too old' } },
  ],
  ['is the oldest that does', { stdout: 'kind v0.20.0 go1.20.4 linux/amd64' }, { version: '0.20.0' }],
  [
    'is a build between releases',
    { stdout: 'kind v0.33.0-alpha+3f7d2f1b2c go1.26 linux/amd64' },
    { version: '0.33.0' },
  ],
  ['has no number', { stdout: 'kind (devel)' }, { version: undefined }],
])('a kind that %s', async (_, answer, result) => {
  expect(await findKind(kindThat(answer))).toMatchObject(result as object)
})

test('a kind that is there and fails is no kind that is missing', async () => {
  await expect(findKind(kindThat({ exitCode: 1 }))).rejects.toMatchObject({ exitCode: 1 })
})
