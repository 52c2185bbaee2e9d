import { expect, test } from 'vitest'
import type { PlannedTask } from '../../plan/plan.ts'
import { availableMemoryBytes, checkMemoryBudget } from './memory-budget.ts'

const mebibyte = 2 ** 20

const builds = (...memory: readonly number[]): PlannedTask[] =>
  memory.map((slot, index) => {
    const image = `i${index}`
    const slots = { builds: 1, memory: slot }
    return { id: `build:${image}`, kind: 'build', phase: 'build', image, needs: [], slots, expectedMs: 0 }
  })

test('M1: without memory for the largest build alone nothing is begun, and the message has numbers', async () => {
  const checked = checkMemoryBudget(builds(512, 2_048), { memory: 8_000 }, 1_500 * mebibyte)
  await expect(checked).rejects.toMatchObject({
    code: 'E_MEMORY_SHORT',
    exitCode: 3,
    message: '1.5 GiB of memory are available; build:i1 takes 2.0 GiB',
  })
})

test('M1: a build of which a version is here may not be needed: it keeps nothing from being begun', async () => {
  const check = (...here: readonly string[]) =>
    checkMemoryBudget(builds(2_048, 3_072), { memory: 8_000 }, 1_500 * mebibyte, async (image) =>
      here.includes(image),
    )
  expect(await check('i0', 'i1')).toEqual({
    capacity: { memory: 1_500 },
    warning: '1.5 GiB of memory are available: fewer builds run at once',
  })
  await expect(check('i1')).rejects.toMatchObject({ message: expect.stringContaining('build:i0 takes 2.0') })
})

test('M1: where others have taken much of the memory, fewer builds run at once, and that is told', async () => {
  const limits = { builds: 4, memory: 8_000 }
  expect(await checkMemoryBudget(builds(512, 512, 512), limits, 1_100 * mebibyte)).toEqual({
    capacity: { builds: 4, memory: 1_100 },
    warning: '1.1 GiB of memory are available: fewer builds run at once',
  })
})

test('nothing is said where it is enough for all at once', async () => {
  expect(await checkMemoryBudget(builds(512), { memory: 8_000 }, 4_000 * mebibyte)).toEqual({
    capacity: { memory: 4_000 },
  })
  expect(await checkMemoryBudget(builds(512), { memory: 2_000 }, 4_000 * mebibyte)).toEqual({
    capacity: { memory: 2_000 },
  })
  expect(await checkMemoryBudget([], { memory: 2_000 }, 0)).toEqual({ capacity: { memory: 2_000 } })
})

test('what is available is what the kernel says, with swap; elsewhere what is free', () => {
  const info = 'MemTotal: 100 kB\nMemFree: 1 kB\nMemAvailable:   40 kB\nSwapTotal: 9 kB\nSwapFree:   2 kB\n'
  expect(availableMemoryBytes(() => info)).toBe(42 * 1024)
  expect(availableMemoryBytes(() => 'MemFree: 1 kB\n')).toBeGreaterThan(0)
  expect(
    availableMemoryBytes(() => {
      throw new Error('ENOENT')
    }),
  ).toBeGreaterThan(0)
})
