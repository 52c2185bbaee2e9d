import type { Command } from '../shell/commands.ts'
import type { Dockerfile, Instruction, Stage } from './dockerfile/dockerfile.ts'
import type { Edit } from './finding.ts'

/** What every rule says of itself; `docs/lint.md` is made from it. */
export interface RuleDescription {
  /** By which findings and waivers call it. */
  readonly name: string
  readonly severity: 'error' | 'warning'
  /** What it finds, as a phrase. */
  readonly summary: string
  /** Why that is bad, as one sentence without a full stop: each finding says it. */
  readonly why: string
  /** The same for the docs, as long as it takes: what counts, what does not, and what to do instead. */
  readonly details: string
  /** A piece of a file that has it, and how it reads when it is put right. */
  readonly example?: { readonly bad: string; readonly good: string }
  /** What `--fix` does about it. */
  readonly fix?: string
}

/** A rule that looks at one Dockerfile. */
export interface DockerfileRule extends RuleDescription {
  readonly check: (context: DockerfileContext) => Iterable<RuleFinding>
}

export interface RuleFinding {
  /** Offsets in the Dockerfile. */
  readonly start: number
  readonly end: number
  readonly message: string
  readonly hint: string
  /** The instructions whose time it costs; absent means none. */
  readonly costs?: readonly Instruction[]
  readonly edits?: readonly Edit[]
}

/** What a rule may know. */
export interface DockerfileContext {
  readonly dockerfile: Dockerfile
  /** The stages that end up in an image. */
  readonly ownStages: readonly Stage[]
  /** Whether the Dockerfile is also built for the measuring of coverage, and what it is then. */
  readonly coverage?: Dockerfile
  /** Whether an image reference is built by the project itself. */
  readonly isBuiltHere: (reference: string) => boolean
  /** How large what a build sees is, for messages: `106.0 MiB`. */
  readonly contextSize?: string
  /** The programs that an instruction runs while it is built, in their order. */
  readonly commandsOf: (instruction: Instruction) => readonly Command[]
}
