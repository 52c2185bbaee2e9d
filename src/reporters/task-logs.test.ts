import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import type { TaskOutput } from '../engine/events.ts'
import { taskLogFile, taskLogReporter } from './task-logs.ts'

const line = (task: string, text: string, stream: TaskOutput['stream'] = 'stdout'): TaskOutput => {
  return { type: 'task-output', at: 0, task, stream, line: text }
}

test('E7: each task has a file of its own, complete when the task has ended', () => {
  const directory = temporaryDirectory()
  const reporter = taskLogReporter(directory, new VirtualClock())
  reporter.onEvent(line('build:a', 'one'))
  reporter.onEvent(line('build:b', 'other'))
  reporter.onEvent(line('build:a', 'said by us', 'info'))
  reporter.onEvent({ type: 'task-finished', at: 1, task: 'build:a', outcome: 'succeeded', durationMs: 1 })
  expect(readFileSync(taskLogFile(directory, 'build:a'), 'utf8')).toBe('one\n# said by us\n')
  expect(readFileSync(taskLogFile(directory, 'build:b'), 'utf8')).toBe('other\n')
})
