import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { displayPath } from '../diagnostics/format.ts'
import type { RunSaving } from '../engine/events.ts'
import { findInstruction } from '../images/dockerfile.ts'
import type { PlannedTask } from '../plan/plan.ts'
import { type TaskPart, whatIf } from '../plan/what-if.ts'
import type { InstructionTime } from '../state/history.ts'

/** A part of a task that stands in a Dockerfile, or nowhere. */
interface PlannedPart extends TaskPart {
  readonly dockerfile?: string
}

/**
 * What a run of these tasks, by the durations expected of them, would gain without single instructions of its builds or
 * without single waits, with the place of each instruction.
 */
export async function savingsOf<T extends PlannedTask>(
  tasks: readonly T[],
  config: Pick<Config, 'images' | 'root'>,
  instructionsOf: (task: string) => readonly InstructionTime[],
  totalOf: (tasks: readonly T[]) => Promise<number>,
): Promise<RunSaving[]> {
  const parts = tasks.flatMap((task) => partsOf(task, config, instructionsOf))
  const savings = await whatIf(tasks, parts, totalOf)
  return savings.map(({ part: { task, what, dockerfile }, savedMs }) => {
    const where = dockerfile === undefined ? undefined : placeOf(what, dockerfile, config.root)
    return { task, what: shortened(what), ...(where === undefined ? {} : { where }), savedMs }
  })
}

/** How much of an instruction is told: where it stands is told as well. */
const shownLength = 80

function shortened(what: string): string {
  const line = what.replaceAll(/\s+/g, ' ')
  return line.length <= shownLength ? line : `${line.slice(0, shownLength - 1)}…`
}

function partsOf(
  task: PlannedTask,
  { images }: Pick<Config, 'images'>,
  instructionsOf: (task: string) => readonly InstructionTime[],
): PlannedPart[] {
  const { id, expectedMs, isEstimate = false } = task
  // Nobody can do anything about a guess.
  if (isEstimate) return []
  if (task.kind === 'ready')
    return [{ task: id, what: `the wait until ${task.service} is ready`, ms: expectedMs }]
  const image = task.kind === 'build' ? images.get(task.image) : undefined
  if (image?.kind !== 'built') return []
  return instructionsOf(id).map(({ instruction, ms }) => ({
    task: id,
    what: instruction,
    ms: Math.min(ms, expectedMs),
    dockerfile: image.dockerfile,
  }))
}

function placeOf(instruction: string, dockerfile: string, root: string): string | undefined {
  const file = displayPath(dockerfile, root)
  try {
    const found = findInstruction(readFileSync(dockerfile, 'utf8'), instruction)
    return found === undefined ? file : `${file}:${found.line}`
  } catch {
    // It was built from; if it has gone since, its name is all there is to say.
    return file
  }
}
