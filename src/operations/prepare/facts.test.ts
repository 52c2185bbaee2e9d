import { expect, test } from 'vitest'
import { withoutStart } from './facts.ts'

test('of a cluster that is there no start is expected', () => {
  const { expectedMs } = withoutStart({ expectedMs: (task: string) => (task === 'dns:kind' ? 0 : 40_000) })
  expect(['cluster:kind', 'nodes:kind', 'dns:kind', 'build:web'].map(expectedMs)).toEqual([
    ...[800, 800, 800, 40_000],
  ])
})
