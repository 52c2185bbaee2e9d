import { expect, test } from 'vitest'
import { aTask } from '../../../test/rig/scripted-run.ts'
import type { Outcome } from '../../engine/outcome.ts'
import { beside, measuredPhases } from './measured-phases.ts'

const tasks = [
  aTask('build:a', { phase: 'build' }),
  aTask('build:b', { phase: 'build' }),
  aTask('ready:a', { phase: 'deploy' }),
]

/** The phases of a run in which each task took the given time, the second build beside the first. */
function phasesOf(outcomes: readonly Outcome[], strategy: 'hybrid' | 'serial' = 'hybrid') {
  const times = [
    [0, 4_000],
    [3_000, 5_000],
    [9_000, 10_000],
  ] as const
  const records = tasks.map(({ id }, index) => {
    const [startMs, endMs] = times[index] ?? [0, 0]
    return [id, { id, outcome: outcomes[index] ?? 'succeeded', startMs, endMs, attempts: 1 }] as const
  })
  const plan = { tasks, environment: 'e2e', strategy } as unknown as Parameters<typeof measuredPhases>[0]
  return measuredPhases(plan, { tasks: new Map(records) })
}

test('a phase takes as long as one of its tasks is running', () => {
  expect(phasesOf([]).map(({ phase, durationMs }) => [phase, durationMs])).toEqual([
    ['build', 5_000],
    ['deploy', 1_000],
  ])
})

test('E9: a phase is compared only with one that did the same work by the same strategy', () => {
  const [whole] = phasesOf([])
  const [partly] = phasesOf(['reused'])
  const [serial] = phasesOf([], 'serial')
  expect(new Set([whole?.name, partly?.name, serial?.name]).size).toBe(3)
  expect(phasesOf([])[0]?.name).toBe(whole?.name)
})

test('a phase that failed, or in which everything was reused, is no measurement', () => {
  expect(phasesOf(['failed']).map(({ phase }) => phase)).toEqual(['deploy'])
  expect(phasesOf(['reused', 'reused']).map(({ phase }) => phase)).toEqual(['deploy'])
})

test('only a phase with a history is told beside it', () => {
  const known = beside(phasesOf([]), (name) =>
    name.includes('build') ? { medianMs: 4_000, runs: 3 } : undefined,
  )
  expect(known).toEqual([{ phase: 'build', durationMs: 5_000, medianMs: 4_000, runs: 3 }])
})
