import { expect, test } from 'vitest'
import { aTask } from '../../test/rig/scripted-run.ts'
import { simulate } from '../engine/simulate.ts'
import type { Task } from '../engine/task.ts'
import { whatIf } from './what-if.ts'

const tasks = [
  aTask('build:a', { expectedMs: 100_000 }),
  aTask('build:b', { expectedMs: 70_000 }),
  aTask('ready:a', { expectedMs: 20_000, needs: ['build:a', 'build:b'] }),
]
const totalOf = async (changed: readonly Task[]) => (await simulate(changed, {})).totalMs
const part = (task: string, what: string, ms: number) => ({ task, what, ms })

test('what is gained is what the total falls, which another path can limit', async () => {
  const parts = [part('build:a', 'RUN dnf update -y', 60_000), part('build:a', 'RUN make', 25_000)]
  const savings = await whatIf(tasks, [...parts, part('ready:a', 'the wait', 20_000)], totalOf)
  expect(savings.map(({ part: { what }, savedMs }) => [what, savedMs])).toEqual([
    ['RUN dnf update -y', 30_000],
    ['RUN make', 25_000],
    ['the wait', 20_000],
  ])
})

test('what is not on the critical path, or hardly takes time, is not worth a word', async () => {
  const parts = [part('build:b', 'RUN make', 60_000), part('build:a', 'COPY . .', 300)]
  expect(await whatIf(tasks, parts, totalOf)).toEqual([])
})
