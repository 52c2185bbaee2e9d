import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { Podman } from '../../drivers/podman/podman.ts'
import type { PlannedTask } from '../../plan/plan.ts'
import { checkDiskBudget, type DiskBudget, freeBytes } from './disk-budget.ts'

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

const nothingHere = async () => false
const unknown = () => 0
const budget = (tasks: readonly PlannedTask[], free: number, more: Partial<DiskBudget> = {}): DiskBudget => ({
  tasks,
  bytesOf: unknown,
  isHere: nothingHere,
  freeOf: () => free,
  ...more,
})

test('M2: without room no build is begun, and the message has numbers and what takes the space', async () => {
  const checked = checkDiskBudget(engine, budget(builds(1), 300 * mebibyte))
  await expect(checked).rejects.toMatchObject({
    code: 'E_DISK_FULL',
    exitCode: 3,
    message: '300.0 MiB are free for images in /storage; below 1.0 GiB no build is begun',
    detail: df,
  })
})

test('M2: nor where there is too little for what is missing, by what it took the last time', async () => {
  const bytesOf = (task: string) => (task === 'build:i0' ? 900 : 500) * mebibyte
  const tasks = builds(2)
  await expect(checkDiskBudget(engine, budget(tasks, 2_400 * mebibyte, { bytesOf }))).rejects.toMatchObject({
    message: '2.3 GiB are free for images in /storage; 2.4 GiB are needed, 1.0 GiB of them as a reserve',
    detail: `as the last time: i0 900.0 MiB, i1 500.0 MiB\n\n${df}`,
  })
  expect(await checkDiskBudget(engine, budget(tasks, 2_500 * mebibyte, { bytesOf }))).toBeUndefined()
})

test('M2: of an image that is here in some version, little is needed', async () => {
  const isHere = async (image: string) => image === 'i0'
  const bytesOf = () => 900 * mebibyte
  expect(await checkDiskBudget(engine, budget(builds(2), 2_000 * mebibyte, { bytesOf, isHere }))).toContain(
    '2.0 GiB are free',
  )
})

test('M2: what is loaded into nodes takes its room twice', async () => {
  const load: PlannedTask = {
    ...builds(1)[0],
    id: 'load:i0',
    kind: 'load',
    phase: 'load',
    image: 'i0',
  } as PlannedTask
  const bytesOf = () => 600 * mebibyte
  const checked = checkDiskBudget(engine, budget([...builds(1), load], 2_000 * mebibyte, { bytesOf }))
  await expect(checked).rejects.toMatchObject({ code: 'E_DISK_FULL' })
})

test('M2: where it may become too little, that is said before', async () => {
  expect(await checkDiskBudget(engine, budget(builds(4), 2_900 * mebibyte))).toContain('2.8 GiB are free')
  expect(await checkDiskBudget(engine, budget(builds(3), 2_900 * mebibyte))).toBeUndefined()
})

test('nothing is said where nothing is built, or the storage is on another machine', async () => {
  expect(await checkDiskBudget(engine, budget([], 0))).toBeUndefined()
  expect(await checkDiskBudget({ program: engine.program }, budget(builds(1), 0))).toBeUndefined()
  expect(freeBytes('/no/such/directory')).toBeUndefined()
})
