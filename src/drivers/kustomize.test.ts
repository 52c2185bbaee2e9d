import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { transcript } from '../../test/rig/transcript.ts'
import { renderKustomization } from './kustomize.ts'

const stdout = transcript('kustomize.stdout.txt', 'kubectl-1.32.4')

test('kustomize renders a directory', async () => {
  const exec = new FakeExec(() => ({ stdout }))
  expect(await renderKustomization(exec, '/repo/deploy')).toBe(stdout.trimEnd())
  expect(exec.lines).toEqual(['kustomize build /repo/deploy'])
})

test('kubectl does where there is no kustomize', async () => {
  const exec = new FakeExec(({ program }) => (program === 'kubectl' ? { stdout } : undefined))
  expect(await renderKustomization(exec, '/repo/deploy')).toBe(stdout.trimEnd())
  expect(exec.lines.at(-1)).toBe('kubectl kustomize /repo/deploy')
})

test('kubectl is not asked again what kustomize has refused', async () => {
  const exec = new FakeExec(() => ({ exitCode: 1 }))
  await expect(renderKustomization(exec, '/repo/deploy')).rejects.toMatchObject({ reason: 'exit' })
  expect(exec.lines).toHaveLength(1)
})

test('without either, the command could not be started', async () => {
  const exec = new FakeExec(() => undefined)
  await expect(renderKustomization(exec, '/repo/deploy')).rejects.toMatchObject({ reason: 'spawn' })
})
