import { expect, test } from 'vitest'
import { FakeExec } from '../../test/rig/fake-exec.ts'
import { Podman } from '../drivers/podman/podman.ts'
import type { PlannedTask } from '../plan/plan.ts'
import { checkDiskBudget, freeBytes } from './disk-budget.ts'

const mebibyte = 2 ** 20

const df = 'TYPE    TOTAL  ACTIVE  SIZE   RECLAIMABLE\nImages  12     3       9.4GB  7.1GB (76%)'
const engine = {
  storage: '/storage',
  program: new Podman(
    new FakeExec(({ args }) => (args.join(' ') === 'system df' ? { stdout: df } : undefined)),
  ),
}

function builds(count: number): PlannedTask[] {
  return Array.from({ length: count }, (_, index) => {
    const image = `i${index}`
    return { id: `build:${image}`, kind: 'build', phase: 'build', image, needs: [], slots: {}, expectedMs: 0 }
  })
}

test('M2: without room no build is begun, and the message has numbers and what takes the space', async () => {
  const checked = checkDiskBudget(engine, builds(1), () => 300 * mebibyte)
  await expect(checked).rejects.toMatchObject({
    code: 'E_DISK_FULL',
    exitCode: 3,
    message: '300.0 MiB are free for images in /storage; below 1.0 GiB no build is begun',
    detail: df,
  })
})

test('M2: where it may become too little, that is said before', async () => {
  expect(await checkDiskBudget(engine, builds(4), () => 2_900 * mebibyte)).toContain('2.8 GiB are free')
  expect(await checkDiskBudget(engine, builds(3), () => 2_900 * mebibyte)).toBeUndefined()
})

test('nothing is said where nothing is built, or the storage is on another machine', async () => {
  expect(await checkDiskBudget(engine, [], () => 0)).toBeUndefined()
  expect(await checkDiskBudget({ program: engine.program }, builds(1), () => 0)).toBeUndefined()
  expect(freeBytes('/no/such/directory')).toBeUndefined()
})
