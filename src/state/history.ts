import { BoundedFile } from './bounded-file.ts'
import { machineName } from './machine.ts'

/** How many runs of a task are remembered: enough for a median that one slow run does not move. */
const runsKept = 5
/** How many tasks are remembered over all projects; the ones not seen for longest go first. */
const tasksKept = 2_000
/** How many phases are, each by the work that it did: of a project that is worked on there are many. */
const phasesKept = 500
/** How many builds are remembered by their instructions, and how many instructions of each. */
const buildsKept = 200
const instructionsKept = 20
/** A longer one is cut, and then no longer found in its Dockerfile. */
const instructionLength = 1_000

/** What an instruction of a build took the last time. */
export interface InstructionTime {
  readonly instruction: string
  readonly ms: number
}

/** What a run has measured, by task. */
export interface Measured {
  readonly durationsMs: ReadonlyMap<string, number>
  /** At most, where that is known. */
  readonly memoryBytes?: ReadonlyMap<string, number>
  /** What its image takes beyond what it is built on. */
  readonly diskBytes?: ReadonlyMap<string, number>
  readonly instructions?: ReadonlyMap<string, readonly InstructionTime[]>
  /** By what names a phase with the work that it did. */
  readonly phasesMs?: ReadonlyMap<string, number>
}

/** What is known of earlier runs of a phase. */
export interface PhaseHistory {
  readonly medianMs: number
  /** How many runs that is of. */
  readonly runs: number
}

/**
 * How long tasks took, by machine, project and task: by nothing finer, since what else decides it, as the fingerprint of
 * an image, is known only once the task runs. Figures of another machine are no history here.
 */
export class History {
  /** The last runs of a task, newest last: milliseconds, or bytes. */
  readonly #runs: BoundedFile<readonly number[]>
  /** The last runs of a phase, newest last: milliseconds. */
  readonly #phases: BoundedFile<readonly number[]>
  readonly #instructions: BoundedFile<readonly InstructionTime[]>
  readonly #machine: string
  #readRuns: ReadonlyMap<string, readonly number[]> | undefined
  #readInstructions: ReadonlyMap<string, readonly InstructionTime[]> | undefined

  constructor(stateDirectory: string, machine: string = machineName()) {
    this.#runs = new BoundedFile(stateDirectory, 'history', tasksKept)
    this.#phases = new BoundedFile(stateDirectory, 'phases', phasesKept)
    this.#instructions = new BoundedFile(stateDirectory, 'instructions', buildsKept)
    this.#machine = machine
  }

  /** The median of the last runs in milliseconds; 0 for a task that has none. */
  expectedMs(project: string, task: string): number {
    return median(this.#runsOf(project, task))
  }

  /** What the last run took, milliseconds; 0 for a task that has none. */
  lastMs(project: string, task: string): number {
    return this.#runsOf(project, task).at(-1) ?? 0
  }

  /** The most that the last runs of a task took of the memory, bytes; 0 for a task of which nothing is known. */
  memoryBytes(project: string, task: string): number {
    return Math.max(0, ...this.#runsOf(project, memoryKey(task)))
  }

  /** What the image of a task took on disk the last time, beyond what it is built on, bytes; 0 when that is not known. */
  diskBytes(project: string, task: string): number {
    return this.#runsOf(project, diskKey(task)).at(-1) ?? 0
  }

  /** What a phase took in the last runs that did the same; `undefined` where there are none. */
  phase(project: string, name: string): PhaseHistory | undefined {
    const runs = this.#phases.read().get(this.#key(project, name)) ?? []
    return runs.length === 0 ? undefined : { medianMs: median(runs), runs: runs.length }
  }

  /** The instructions of a build that took longest, as the last time, in their order; none of which nothing is known. */
  instructions(project: string, task: string): readonly InstructionTime[] {
    this.#readInstructions ??= this.#instructions.read()
    return this.#readInstructions.get(this.#key(project, task)) ?? []
  }

  /** Adds what a run has measured. */
  async add(
    project: string,
    { durationsMs, memoryBytes, diskBytes, instructions, phasesMs }: Measured,
  ): Promise<void> {
    const figures = [
      ...durationsMs,
      ...[...(memoryBytes ?? [])].map(([task, bytes]) => [memoryKey(task), bytes] as const),
      ...[...(diskBytes ?? [])].map(([task, bytes]) => [diskKey(task), bytes] as const),
    ]
    await this.#runs.update(this.#appended(project, figures))
    await this.#phases.update(this.#appended(project, [...(phasesMs ?? [])]))
    await this.#instructions.update(
      new Map(
        [...(instructions ?? [])].map(([task, times]) => [this.#key(project, task), () => longest(times)]),
      ),
    )
    this.#readRuns = undefined
    this.#readInstructions = undefined
  }

  /** By key, what adds a figure to those of the last runs. */
  #appended(
    project: string,
    figures: readonly (readonly [name: string, figure: number])[],
  ): Map<string, (before: readonly number[] | undefined) => readonly number[]> {
    return new Map(
      figures.map(([name, figure]) => [
        this.#key(project, name),
        // Never 0, which is what is not known.
        (before = []) => [...before, Math.max(1, Math.round(figure))].slice(-runsKept),
      ]),
    )
  }

  #runsOf(project: string, task: string): readonly number[] {
    this.#readRuns ??= this.#runs.read()
    return this.#readRuns.get(this.#key(project, task)) ?? []
  }

  #key(project: string, task: string): string {
    return `${this.#machine}/${project}/${task}`
  }
}

function longest(times: readonly InstructionTime[]): InstructionTime[] {
  const kept = new Set(times.toSorted((a, b) => b.ms - a.ms).slice(0, instructionsKept))
  return times
    .filter((time) => kept.has(time))
    .map(({ instruction, ms }) => ({
      instruction: instruction.slice(0, instructionLength),
      ms: Math.round(ms),
    }))
}

/** No task has such an id. */
function memoryKey(task: string): string {
  return `memory ${task}`
}

function diskKey(task: string): string {
  return `disk ${task}`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
