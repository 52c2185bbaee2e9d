import { expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { shopPlan } from '../../../test/rig/sample-plan.ts'
import type { Outcome } from '../../engine/outcome.ts'
import type { TaskRecord } from '../../engine/records.ts'
import { CommandError } from '../../exec/command-error.ts'
import { imageSizesOf } from './image-sizes.ts'

const config = configOf(`project: shop
images:
  base: { dockerfile: base.Dockerfile }
  api: { dockerfile: api.Dockerfile, needs: [base] }
  web: { dockerfile: web.Dockerfile, needs: [base] }
  db: { pull: docker.io/library/db:1 }
services: {}
environments: {}
`)
const provided = new Map(['base', 'api', 'web', 'db'].map((name) => [name, { id: name }]))
const record = (id: string, outcome: Outcome): [string, TaskRecord] => [
  id,
  { id, outcome, attempts: 1 } as TaskRecord,
]
const tasks = new Map([
  record('build:base', 'succeeded'),
  record('build:api', 'succeeded'),
  record('build:web', 'reused'),
  record('pull:db', 'succeeded'),
])

test('M2: an image takes what it is larger than what it is built on', async () => {
  const sizes = [
    ['base', 100],
    ['api', 130],
    ['web', 190],
    ['db', 70],
  ] as const
  const facts = new Map(sizes.map(([id, bytes]) => [id, { bytes, createdMs: 0 }]))
  const engine = { imageFacts: async () => facts }
  expect(await imageSizesOf(shopPlan().tasks, { tasks }, config, provided, engine)).toEqual(
    new Map([
      ['build:base', 100],
      ['build:api', 30],
      ['pull:db', 70],
    ]),
  )
})

test('an engine that does not tell is no failure, and one is not asked for nothing', async () => {
  const command = { program: 'podman', args: ['image', 'inspect'] }
  const error = new CommandError({ command, reason: 'exit', durationMs: 1, tail: '', stderr: '' })
  const broken = { imageFacts: () => Promise.reject(error) }
  expect(await imageSizesOf(shopPlan().tasks, { tasks }, config, provided, broken)).toEqual(new Map())
  expect(await imageSizesOf([], { tasks }, config, provided, broken)).toEqual(new Map())
})
