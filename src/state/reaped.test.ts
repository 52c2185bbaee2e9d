import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { type Reaped, ReapedList } from './reaped.ts'

const reaped: Reaped = { id: 'shop-e2e-1', pid: 4711, command: 'kindling up', at: 1, fate: 'removed' }

test('what was reaped is known until somebody was told, the latest of each owner', () => {
  const list = new ReapedList(temporaryDirectory())
  expect(list.list()).toEqual([])
  list.write(reaped)
  list.write({ ...reaped, at: 3, fate: 'stays' })
  list.write({ ...reaped, id: 'shop-ci-2', at: 2 })
  expect(list.list().map(({ id, at }) => [id, at])).toEqual([
    ['shop-ci-2', 2],
    ['shop-e2e-1', 3],
  ])
  expect(list.read('shop-e2e-1')?.fate).toBe('stays')
  list.remove('shop-e2e-1')
  expect(list.read('shop-e2e-1')).toBeUndefined()
})

test('M4: of builds, which nobody comes back to, no more than the last are remembered', () => {
  const list = new ReapedList(temporaryDirectory())
  for (let at = 1; at <= 30; at++) list.write({ ...reaped, id: `build-${at}`, at })
  expect(list.list().map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, index) => index + 11))
})
