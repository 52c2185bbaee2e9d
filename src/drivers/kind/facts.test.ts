import { describe, expect, test } from 'vitest'
import { diskProblem, kernelModulesProblem, nodeBytes, nodeImageBytes } from './facts.ts'

describe('room for a cluster', () => {
  const facts = { directory: '/var/lib/containers', nodes: 2, hasNodeImage: false }

  test('is there when the nodes and their image fit exactly', () => {
    expect(diskProblem({ ...facts, freeBytes: 2 * nodeBytes + nodeImageBytes })).toBeUndefined()
    expect(diskProblem({ ...facts, hasNodeImage: true, freeBytes: 2 * nodeBytes })).toBeUndefined()
  })

  test('M2: is missing with the figures', () => {
    expect(diskProblem({ ...facts, freeBytes: 2 * nodeBytes })).toEqual({
      message:
        'the cluster needs 3.0 GiB of disk, 1.0 GiB for each of its 2 nodes and 1.0 GiB for the node image, and /var/lib/containers has 2.0 GiB left',
      hint: expect.stringContaining('make room'),
    })
  })
})

test('a missing directory of kernel modules is a problem with a cure, an empty one is none', () => {
  expect(kernelModulesProblem(() => true, '6.1.0')).toBeUndefined()
  const problem = kernelModulesProblem(() => false, '6.1.0')
  expect(problem?.hint).toContain('mkdir -p /lib/modules/6.1.0')
})
