import { expect, test } from 'vitest'
import { sampleEvents } from '../../test/rig/sample-run.ts'
import { aTask } from '../../test/rig/scripted-run.ts'
import type { RunPhase } from '../engine/events.ts'
import { replay } from '../engine/records.ts'
import { formatRegressions, regressionsOf } from './regressions.ts'
import { formatSummary } from './summary.ts'

const tasks = [
  aTask('build:a', { phase: 'build', workMs: 30_000, expectedMs: 20_000 }),
  aTask('build:b', { phase: 'build', workMs: 9_000, expectedMs: 9_500 }),
  aTask('build:c', { phase: 'build', workMs: 2_000 }),
]

async function recordWith(phase: Partial<RunPhase>) {
  const record = replay(await sampleEvents(tasks))
  const known = { phase: 'build', durationMs: 30_000, medianMs: 20_000, runs: 3, ...phase }
  if (record.finished) record.finished = { ...record.finished, phases: [known] }
  return record
}

test('a phase above the threshold is told with the tasks that are slower than usual', async () => {
  const record = await recordWith({})
  const [regression, ...others] = regressionsOf(record, 0.49)
  expect(others).toEqual([])
  expect(regression?.tasks).toEqual(['build:a'])
  expect(formatRegressions(regressionsOf(record, 0.49), { color: false })).toEqual([
    'Slower than the median of recent runs',
    'build: 30.0s instead of 20.0s (+50%), most of it build:a',
  ])
})

test.each([
  ['at the threshold', {}, 0.5],
  ['a median of two runs', { runs: 2 }, 0.1],
  ['less than a second', { durationMs: 1_900, medianMs: 1_000 }, 0.1],
] as const)('%s is no regression', async (_, phase, threshold) => {
  expect(regressionsOf(await recordWith(phase), threshold)).toEqual([])
})

test('the summary warns of what is slower by half', async () => {
  const options = { columns: 80, color: false }
  expect(formatSummary(await recordWith({ durationMs: 31_000 }), options)).toContain(
    'build: 31.0s instead of 20.0s (+55%)',
  )
  expect(formatSummary(await recordWith({ durationMs: 29_000 }), options)).not.toContain('Slower')
})
