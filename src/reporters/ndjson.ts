import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { RunEvent } from '../engine/events.ts'
import { type Clock, systemClock } from '../util/clock.ts'
import { BatchedFiles } from './batched-files.ts'
import type { Reporter } from './reporter.ts'

/**
 * Writes each event as one line of JSON to a new file, readable by its owner alone. Output and progress of tasks are
 * handed to the operating system within a tenth of a second, every other event before the next one, with all that came
 * before it: a killed process loses nothing of what was done, and at most a moment of what was printed. Throws when the
 * file exists: a run does not write over another.
 */
export function ndjsonReporter(file: string, clock: Clock = systemClock): Reporter {
  const fd = openSync(file, 'ax', 0o600)
  const files = new BatchedFiles<number>(clock)
  return {
    name: 'events file',
    onEvent: (event) => {
      files.append(fd, `${JSON.stringify(event)}\n`)
      if (event.type !== 'task-output' && event.type !== 'task-progress') files.flush()
    },
    flush: () => files.flush(),
    close: async () => {
      files.flush()
      closeSync(fd)
    },
  }
}

/**
 * The events of a file. A torn last line, left by a process that was killed while it wrote, is dropped; any other
 * line that is no event, and a file of a later version, is an error.
 */
export async function readEvents(file: string): Promise<RunEvent[]> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  // A whole file ends in a line end; what follows the last one is torn.
  lines.pop()
  const events = lines.map((line, index) => parse(line, `${file}:${index + 1}`))
  for (const event of events) {
    if (event.type === 'run-started' && event.version !== 1) {
      throw new Error(`${file} is of version ${event.version}, and this Kindling reads only version 1`)
    }
  }
  return events
}

function parse(line: string, where: string): RunEvent {
  try {
    const event: RunEvent = JSON.parse(line)
    if (typeof event?.type === 'string' && typeof event.at === 'number') return event
  } catch {
    // Said below.
  }
  throw new Error(`${where} is not an event`)
}
