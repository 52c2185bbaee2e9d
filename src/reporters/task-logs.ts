import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter } from './reporter.ts'

/** The log file of a task in a run directory's `logs`: `build:gateway` writes `build-gateway.log`. */
export function taskLogFile(directory: string, task: string): string {
  return join(directory, `${task.replaceAll(/[^A-Za-z0-9._-]/g, '-')}.log`)
}

/** Writes each task's whole output to a file of its own (E7). */
export function taskLogReporter(directory: string): Reporter {
  return {
    name: 'task logs',
    onEvent: (event) => {
      if (event.type !== 'task-output') return
      const prefix = event.stream === 'info' ? '# ' : ''
      appendFileSync(taskLogFile(directory, event.task), `${prefix}${event.line}\n`, { mode: 0o600 })
    },
  }
}
