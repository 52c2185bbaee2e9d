import { readFileSync } from 'node:fs'
import type { Config } from '../../config/config.ts'
import { displayPath } from '../../diagnostics/format.ts'
import type { RunSaving } from '../../engine/events.ts'
import { findInstruction } from '../../images/dockerfile.ts'
import type { PlannedTask } from '../../plan/plan.ts'
import { type TaskPart, whatIf } from '../../plan/what-if.ts'
import type { InstructionTime } from '../../state/history.ts'

/** A part of a task, and where it stands, if anywhere. */
interface PlacedPart extends TaskPart {
  readonly where?: string
}

/** `file:line` of an instruction as an engine announced it; `undefined` where the Dockerfile does not have it. */
type Place = (instruction: string, dockerfile: string) => string | undefined

/**
 * What a run of these tasks, by the durations expected of them, would gain without single instructions of its builds or
 * without single waits, with the place of each instruction. What an engine or we add to a Dockerfile nobody can leave
 * out: it is none of them.
 */
export async function savingsOf<T extends PlannedTask>(
  tasks: readonly T[],
  { images, root }: Pick<Config, 'images' | 'root'>,
  instructionsOf: (task: string) => readonly InstructionTime[],
  totalOf: (tasks: readonly T[]) => Promise<number>,
): Promise<RunSaving[]> {
  const placeOf = placesBelow(root)
  const parts = tasks.flatMap((task) => partsOf(task, images, instructionsOf, placeOf))
  const savings = await whatIf(tasks, parts, totalOf)
  return savings.map(({ part: { task, what, where }, savedMs }) => ({
    task,
    what: shortened(what),
    ...(where === undefined ? {} : { where }),
    savedMs,
  }))
}

/** How much of an instruction is told: where it stands is told as well. */
const shownLength = 80

function shortened(what: string): string {
  const line = what.replaceAll(/\s+/g, ' ')
  return line.length <= shownLength ? line : `${line.slice(0, shownLength - 1)}…`
}

function partsOf(
  task: PlannedTask,
  images: Config['images'],
  instructionsOf: (task: string) => readonly InstructionTime[],
  placeOf: Place,
): PlacedPart[] {
  const { id, expectedMs, isEstimate = false } = task
  // Nobody can do anything about a guess.
  if (isEstimate) return []
  if (task.kind === 'ready')
    return [{ task: id, what: `the wait until ${task.service} is ready`, ms: expectedMs }]
  const image = task.kind === 'build' ? images.get(task.image) : undefined
  if (image?.kind !== 'built') return []
  return instructionsOf(id).flatMap(({ instruction, ms }) => {
    const where = placeOf(instruction, image.dockerfile)
    return where === undefined ? [] : [{ task: id, what: instruction, where, ms: Math.min(ms, expectedMs) }]
  })
}

/** Several images may be built from one Dockerfile: it is read once. */
function placesBelow(root: string): Place {
  const texts = new Map<string, string>()
  const places = new Map<string, string | undefined>()
  return (instruction, dockerfile) => {
    const key = `${dockerfile}\0${instruction}`
    if (!places.has(key)) {
      const text = texts.get(dockerfile) ?? textOf(dockerfile)
      texts.set(dockerfile, text)
      const found = findInstruction(text, instruction)
      places.set(key, found === undefined ? undefined : `${displayPath(dockerfile, root)}:${found.line}`)
    }
    return places.get(key)
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It has gone since it was built from: then no instruction of it can be left out any more.
    return ''
  }
}
