import { expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { shopDurations, shopPlan } from '../../../test/rig/sample-plan.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { simulate } from '../../engine/simulate.ts'
import type { PlannedTask } from '../../plan/plan.ts'
import type { InstructionTime } from '../../state/history.ts'
import { savingsOf } from './savings.ts'

const dockerfile = 'FROM fedora\n\nRUN dnf update -y \\\n  && dnf clean all\nCOPY . .\n'

/** Of the shop, whose critical path goes through the images base and web. */
function savings(instructions: Readonly<Record<string, readonly InstructionTime[]>>) {
  const root = temporaryDirectory({ 'base.Dockerfile': dockerfile, 'web.Dockerfile': dockerfile })
  const image = (name: string) => `${name}: { dockerfile: ${name}.Dockerfile }`
  const text = `project: shop\nimages: { ${image('base')}, ${image('web')} }\nservices: {}\nenvironments: {}`
  const config = { ...configOf(text, {}, root), root }
  const { tasks, capacity } = shopPlan({ durations: shopDurations })
  const totalOf = async (changed: readonly PlannedTask[]) => (await simulate(changed, capacity)).totalMs
  return savingsOf(tasks, config, (task) => instructions[task] ?? [], totalOf)
}

test('an instruction on the critical path is told with its line, a wait as what it is, our own labels not at all', async () => {
  const instructions = {
    'build:base': [
      { instruction: 'RUN dnf update -y   && dnf clean all', ms: 15_000 },
      { instruction: 'COPY . .', ms: 200 },
    ],
    'build:web': [
      { instruction: 'LABEL "dev.kindling.fingerprint"="1f"', ms: 9_000 },
      { instruction: 'COPY . .', ms: 8_000 },
    ],
  }
  expect(await savings(instructions)).toEqual([
    {
      task: 'build:base',
      what: 'RUN dnf update -y && dnf clean all',
      where: 'base.Dockerfile:3',
      // The cluster then takes longest.
      savedMs: 14_000,
    },
    { task: 'build:web', what: 'COPY . .', where: 'web.Dockerfile:5', savedMs: 6_500 },
    { task: 'ready:web', what: 'the wait until web is ready', savedMs: 3_000 },
  ])
})

test('what is only estimated is no saving', async () => {
  const { tasks, capacity } = shopPlan()
  const config = configOf('project: shop\nimages: {}\nservices: {}\nenvironments: {}')
  const totalOf = async (changed: readonly PlannedTask[]) => (await simulate(changed, capacity)).totalMs
  expect(await savingsOf(tasks, config, () => [], totalOf)).toEqual([])
})

test('an instruction that took longer than its build is now expected to take gains no more than the build', async () => {
  const [first] = await savings({ 'build:base': [{ instruction: 'COPY . .', ms: 300_000 }] })
  expect(first).toMatchObject({ where: 'base.Dockerfile:5', savedMs: expect.any(Number) })
  expect(first?.savedMs).toBeLessThanOrEqual(20_000)
})
