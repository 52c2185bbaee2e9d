import { expect, test } from 'vitest'
import { onNodesFree, onNodesMade, progressLines } from './progress.ts'

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

test.each([
  ['when they are configured', 4, [0, 0, 0, 0, 1, 1]],
  ['on few processors when the control plane runs, which they would delay', 2, [0, 0, 0, 0, 0, 1]],
])('nodes are given images %s', (_, processors, expected) => {
  let [made, free] = [0, 0]
  const takeMade = onNodesMade(() => made++)
  const take = onNodesFree(() => free++, processors)
  const seen = [
    ' • Preparing nodes 📦   ...',
    ' ✓ Preparing nodes 📦 ',
    ' • Writing configuration 📜  ...',
    ' ✓ Writing configuration 📜',
    ' • Starting control-plane 🕹️  ...',
    ' ✓ Starting control-plane 🕹️',
  ].map((line) => {
    takeMade(line)
    take(line)
    return free
  })
  expect(seen).toEqual(expected)
  expect(made).toBe(1)
})
