import { expect, test } from 'vitest'
import { progressLines } from './progress.ts'

test('of the progress of kind, what tells how far it is remains', () => {
  const lines: string[] = []
  const take = progressLines((_, line) => lines.push(line))
  for (const line of [
    'using podman due to KIND_EXPERIMENTAL_PROVIDER',
    'enabling experimental podman provider',
    'cgroup v1 is deprecated in Kubernetes and will not be supported in a future kind release',
    'Creating cluster "shop" ...',
    ' • Preparing nodes 📦   ...',
    ' ✓ Preparing nodes 📦 ',
    'Set kubectl context to "kind-shop"',
    'You can now use your cluster with:',
    '',
    'kubectl cluster-info --context kind-shop --kubeconfig /private',
    'Have a nice day! 👋',
  ]) {
    take('stderr', line)
  }
  expect(lines).toEqual([
    'Creating cluster "shop" ...',
    ' • Preparing nodes 📦   ...',
    ' ✓ Preparing nodes 📦',
  ])
})
