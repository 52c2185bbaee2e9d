import { MappedText } from '../../util/mapped-text.ts'
import { type Comment, type RawInstruction, readInstructions } from './read-instructions.ts'
import { assignmentsOf, expand, type Values, wordValue } from './values.ts'

/** An instruction where it stands: in which stage, and with which variables. */
export interface Instruction extends RawInstruction {
  /** What `ARG` and `ENV` have set before it. */
  readonly values: Values
  /** The shell of its commands; none where they are for something that is no POSIX shell. */
  readonly hasShell: boolean
}

export interface Stage {
  /** In lower case; empty for one that has only its number. */
  readonly name: string
  readonly index: number
  readonly from: Instruction
  /** What it is built on. */
  readonly base: Base
  /** Those after `FROM`. */
  readonly instructions: readonly Instruction[]
}

/** What a stage starts from, or a `COPY` takes from. */
export type Base =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | {
      readonly kind: 'image'
      /** With its arguments filled in; none where one of them is not known here. */
      readonly reference: string | undefined
      /** As it is written there. */
      readonly written: MappedText
    }
  | { readonly kind: 'nothing' }

/** A Dockerfile as the rules see it. */
export interface Dockerfile {
  readonly text: string
  readonly instructions: readonly Instruction[]
  readonly stages: readonly Stage[]
  readonly comments: readonly Comment[]
}

/** Build arguments of a build; one without a value is given, and its value is not known here. */
export type BuildArguments = ReadonlyMap<string, string | undefined>

interface OpenStage extends Stage {
  readonly instructions: Instruction[]
}

/** Reads a Dockerfile as a build with these arguments does. Never throws. */
export function readDockerfile(text: string, args: BuildArguments = new Map()): Dockerfile {
  const raw = readInstructions(text)
  const instructions: Instruction[] = []
  const stages: OpenStage[] = []
  // Set before the first FROM: for all FROMs, and for the stages that declare them again.
  let globals: Values = new Map()
  const inherited = new Map<Stage, { readonly env: Values; readonly hasShell: boolean }>()
  let values: Values = new Map()
  let env: Values = new Map()
  let hasShell = true
  for (const one of raw.instructions) {
    if (one.keyword === 'FROM') {
      const before = stages.at(-1)
      if (before !== undefined) inherited.set(before, { env, hasShell })
      const from = placed(one, globals, hasShell)
      const [source, as, name] = one.argument.text.split(/\s+/)
      const base = baseOf(one.argument.slice(0, source?.length), globals, stages)
      const below = base.kind === 'stage' ? inherited.get(base.stage) : undefined
      env = below?.env ?? new Map()
      values = env
      hasShell = below?.hasShell ?? true
      const named = as?.toLowerCase() === 'as' ? (name?.toLowerCase() ?? '') : ''
      stages.push({ name: named, index: stages.length, from, base, instructions: [] })
      instructions.push(from)
      continue
    }
    const instruction = placed(one, values, hasShell)
    instructions.push(instruction)
    stages.at(-1)?.instructions.push(instruction)
    if (one.keyword === 'SHELL') hasShell = isPosixShell(one.argument.text)
    if (one.keyword !== 'ARG' && one.keyword !== 'ENV') continue
    for (const [name, written] of assignmentsOf(one.keyword, one.argument.text)) {
      const own = written === undefined ? undefined : wordValue(written, values)
      if (one.keyword === 'ENV') {
        env = withValue(env, name, own)
        values = withValue(values, name, own)
      } else if (!env.has(name)) {
        const global = stages.length > 0 && written === undefined ? globals.get(name) : own
        const value = args.has(name) ? args.get(name) : global
        values = withValue(values, name, value)
        if (stages.length === 0) globals = withValue(globals, name, value)
      }
    }
  }
  return { text, instructions, stages, comments: raw.comments }
}

/** Field by field: this is done for every instruction, and spreading takes ten times as long. */
function placed(raw: RawInstruction, values: Values, hasShell: boolean): Instruction {
  const { keyword, isOnBuild, start, end, flags, argument, heredocs } = raw
  return { keyword, isOnBuild, start, end, flags, argument, heredocs, values, hasShell }
}

/** Those before stay what they are: instructions keep them. */
function withValue(values: Values, name: string, value: string | undefined): Values {
  return new Map(values).set(name, value)
}

/** What a name in `FROM`, `--from` or `from=` means. */
export function baseOf(written: MappedText, values: Values, stages: readonly Stage[]): Base {
  const reference = expand(written.text, values)
  if (reference === undefined || reference === '') return { kind: 'image', reference: undefined, written }
  if (reference === 'scratch') return { kind: 'nothing' }
  const stage = stages.findLast(
    ({ name, index }) => name === reference.toLowerCase() || String(index) === reference,
  )
  return stage === undefined ? { kind: 'image', reference, written } : { kind: 'stage', stage }
}

/** The stages that an image consists of: the one that is built, by default the last, and those it is built on. */
export function ownStages({ stages }: Dockerfile, target?: string): readonly Stage[] {
  const wanted =
    target === undefined
      ? undefined
      : stages.find(({ name, index }) => name === target.toLowerCase() || String(index) === target)
  const own: Stage[] = []
  let stage = wanted ?? stages.at(-1)
  while (stage !== undefined) {
    own.push(stage)
    stage = stage.base.kind === 'stage' ? stage.base.stage : undefined
  }
  return own
}

function isPosixShell(argument: string): boolean {
  const [, program = ''] = /^\[\s*"([^"]*)"/.exec(argument) ?? []
  return isShell(program)
}

/** Whether a program is a shell that reads what ours reads. */
export function isShell(program: string): boolean {
  return /^(?:.*\/)?(?:ba|da|a|k|mk|z)?sh$/.test(program)
}

/** The text that a shell is given by a `RUN`, or nothing where none is. */
export function scriptOf({ keyword, argument, heredocs, hasShell }: Instruction): MappedText | undefined {
  if (keyword !== 'RUN' || !hasShell) return undefined
  const [only, ...others] = heredocs
  if (only !== undefined && others.length === 0 && /^<<-?\S+$/.test(argument.text)) {
    const [, program = 'sh'] = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(\S+)/.exec(only.body.text) ?? []
    return isShell(program) ? only.body : undefined
  }
  const newline = (at: number) => MappedText.at('\n', at)
  return MappedText.join([
    argument,
    ...heredocs.flatMap(({ body, closing }) => [newline(body.start), body, closing]),
  ])
}
