import { expect, test } from 'vitest'
import { largeRun } from '../../../test/rig/large-run.ts'
import { failedRun } from '../../../test/rig/sample-run.ts'
import type { RunEvent } from '../../engine/events.ts'
import { detailsOf } from '../run-details.ts'
import { timelineData } from './data-of-run.ts'
import { renderPage } from './render-page.ts'

const parts = { style: 'p { color: red }', script: 'draw()' }

test('whatever a run holds cannot end the element that its data stands in', async () => {
  const evil = '</script><script>alert(1)</script><!--'
  const events = (await failedRun()).map((event) =>
    event.type === 'task-finished' && event.failure !== undefined
      ? { ...event, failure: { ...event.failure, message: evil } }
      : event,
  )
  const data = timelineData(detailsOf(events))
  const page = renderPage({ ...data, title: evil }, parts)
  expect(page.match(/<script/g)).toHaveLength(2)
  const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? []
  expect(JSON.parse(json)).toEqual({ ...data, title: evil })
})

test('the policy of the page allows its own style and script, and no network', async () => {
  const page = renderPage(timelineData(detailsOf(await failedRun())), parts)
  expect(page).toContain("default-src 'none'")
  expect(page).toMatch(/script-src 'sha256-[A-Za-z0-9+/]{43}='/)
  expect(page).not.toMatch(/unsafe|https?:/)
})

test('tasks stand by phase and start; needs and the critical path are places among them', async () => {
  const { tasks, path, phases, outcome } = timelineData(detailsOf(await failedRun()))
  expect(outcome).toBe('failed')
  expect(phases.map(({ name }) => name)).toEqual(['cluster', 'build', 'load', 'deploy'])
  expect(tasks.map(({ id, needs }) => [id, needs.map((need) => tasks[need]?.id)])).toEqual([
    ['cluster:create', []],
    ['build:base', []],
    ['build:gateway', ['build:base']],
    ['load:base', ['build:base', 'cluster:create']],
    ['load:gateway', ['build:gateway', 'cluster:create']],
    ['ready:gateway', ['load:gateway']],
  ])
  expect(path.steps.map(({ task }) => tasks[task]?.id)).toEqual(['build:base', 'build:gateway'])
})

test('a run that was killed is shown as far as it went', async () => {
  const events = (await failedRun()).filter(({ at }) => at < 43_000)
  const { outcome, tasks } = timelineData(detailsOf(events))
  expect(outcome).toBe('unfinished')
  expect(tasks.find(({ id }) => id === 'build:gateway')?.time).toEqual([42_000, 42_000])
})

test('instructions lie in their build', () => {
  const { tasks } = timelineData(detailsOf(largeRun(30)))
  expect(tasks[0]?.parts.map(({ time }) => time)).toEqual([
    [0, 250],
    [250, 500],
    [500, 750],
  ])
})

test('the machine has no more points than a screen, and every peak is one of them', () => {
  const sample = { type: 'machine-sample', memoryBytes: 1, memoryTotalBytes: 2 } as const
  const samples = Array.from({ length: 2_000 }, (_, at): RunEvent => {
    return { ...sample, at, cpu: at === 777 ? 1 : 0.1 }
  })
  const points = timelineData(detailsOf(samples)).machine?.samples ?? []
  expect(points.length).toBeLessThanOrEqual(600)
  expect(points.at(-1)?.[0]).toBe(1_999)
  expect(points.filter(([, cpu]) => cpu === 1)).toHaveLength(1)
})

test('with a run to compare with, tasks and phases have what they took before', async () => {
  const events = await failedRun()
  const { tasks, comparison } = timelineData(detailsOf(events), { compareWith: events })
  expect(tasks[1]?.beforeMs).toBe(42_000)
  expect(comparison?.changes[0]).toMatchObject({ name: 'run', beforeMs: comparison?.changes[0]?.afterMs })
})
