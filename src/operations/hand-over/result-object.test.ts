import { expect, test } from 'vitest'
import { configOf, environmentOf } from '../../../test/rig/sample-config.ts'
import type { TaskFailure } from '../../engine/events.ts'
import type { Outcome } from '../../engine/outcome.ts'
import type { RunResult } from '../../engine/run-graph.ts'
import type { HandOver } from './hand-over.ts'
import { resultObject } from './result-object.ts'

const config = configOf(`
project: shop
images: {}
services: { web: { apply: a.yaml } }
environments: { e2e: { services: [web] } }`)
const chosen = { config, environment: environmentOf(config, 'e2e') }
const run = { id: 'r1', path: '/repo/.kindling/runs/r1' }
const handOver: HandOver = {
  ...{ version: 1, environment: 'e2e', id: 'x', run: 'r1', services: {}, images: {}, generated: {} },
  variables: { KINDLING_RUN: 'r1' },
}

function resultOf(tasks: Readonly<Record<string, readonly [Outcome, TaskFailure?]>>): RunResult {
  const records = Object.entries(tasks).map(([id, [outcome, failure]]) => {
    return [id, { id, phase: 'x', needs: [], outcome, ...(failure && { failure }), attempts: 1 }] as const
  })
  return { tasks: new Map(records) } as unknown as RunResult
}

test('of an environment that is up: how to reach it, and where its files are', () => {
  const result = resultOf({ 'ready:web': ['succeeded'] })
  const ended = { outcome: 'succeeded', exitCode: 0, result, run, handOver } as const
  expect(resultObject(chosen, ended)).toEqual({
    ...handOver,
    ...{ outcome: 'succeeded', exitCode: 0, runDirectory: run.path, failures: [] },
    files: {
      json: '/repo/.kindling/environments/e2e/env.json',
      dotenv: '/repo/.kindling/environments/e2e/.env',
    },
  })
})

test('of one that did not come up: whose it is, what failed by itself, and what that has blocked', () => {
  const failure = { message: 'no', code: 'E_BUILD_FAILED', where: 'Dockerfile:1', hint: 'do', detail: 'long' }
  const blocked = { message: 'x', code: 'E_TASK_BLOCKED' }
  const result = resultOf({ 'build:web': ['failed', failure], 'ready:web': ['blocked', blocked] })
  const object = resultObject(chosen, { outcome: 'failed', exitCode: 1, result, run })
  expect(object.failures).toEqual([
    { task: 'build:web', outcome: 'failed', ...failure },
    { task: 'ready:web', outcome: 'blocked', ...blocked },
  ])
  expect(object).toMatchObject({ environment: 'e2e', id: expect.stringMatching(/^shop-e2e-/) })
  expect(object).not.toHaveProperty('files')
})

test("of tests: their own exit code, beside Kindling's", () => {
  const failure = { message: 'x', code: 'E_TESTS_FAILED', exitCode: 7 }
  const ended = { outcome: 'failed', exitCode: 5, run, isKept: false, handOver } as const
  const failed = resultObject(chosen, { ...ended, result: resultOf({ 'test:e2e': ['failed', failure] }) })
  expect(failed).toMatchObject({ exitCode: 5, tests: { outcome: 'failed', exitCode: 7 }, isKept: false })
  expect(failed).not.toHaveProperty('files')
  const late = resultOf({ 'test:e2e': ['timed-out', { message: 'x', code: 'E_TASK_TIMEOUT' }] })
  expect(resultObject(chosen, { ...ended, result: late }).tests).toEqual({ outcome: 'timed-out' })
  const passed = resultOf({ 'test:e2e': ['succeeded'] })
  expect(resultObject(chosen, { ...ended, result: passed }).tests).toEqual({
    outcome: 'succeeded',
    exitCode: 0,
  })
})
