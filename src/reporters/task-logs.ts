import { join } from 'node:path'
import { type Clock, systemClock } from '../util/clock.ts'
import { BatchedFiles } from './batched-files.ts'
import type { Reporter } from './reporter.ts'

/** The log file of a task in a run directory's `logs`: `build:gateway` writes `build-gateway.log`. */
export function taskLogFile(directory: string, task: string): string {
  return join(directory, `${task.replaceAll(/[^A-Za-z0-9._-]/g, '-')}.log`)
}

/** Writes each task's whole output to a file of its own (E7), all of it by the time that the task has ended. */
export function taskLogReporter(directory: string, clock: Clock = systemClock): Reporter {
  const files = new BatchedFiles<string>(clock)
  const names = new Map<string, string>()
  return {
    name: 'task logs',
    onEvent: (event) => {
      if (event.type === 'task-finished') files.flush()
      if (event.type !== 'task-output') return
      const file = names.get(event.task) ?? taskLogFile(directory, event.task)
      names.set(event.task, file)
      files.append(file, event.stream === 'info' ? `# ${event.line}\n` : `${event.line}\n`)
    },
    flush: () => files.flush(),
    close: async () => files.flush(),
  }
}
