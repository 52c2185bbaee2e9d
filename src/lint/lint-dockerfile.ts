import { dockerfileComments } from './comments.ts'
import {
  type BuildArguments,
  type Dockerfile,
  type Instruction,
  ownStages,
  readDockerfile,
} from './dockerfile/dockerfile.ts'
import type { Cost, Finding } from './finding.ts'
import { instructionCommands } from './instruction-commands.ts'
import { Positions } from './positions.ts'
import type { DockerfileContext, DockerfileRule, RuleFinding } from './rule.ts'
import { ruleNames } from './rule-names.ts'
import { dockerfileRules } from './rules.ts'
import { applyWaivers } from './waivers.ts'

/** One way in which a Dockerfile is built. */
export interface DockerfileBuild {
  /** Of the build arguments that are given; one that is given, but not known here, has no value. */
  readonly args?: BuildArguments
  /** The stage that is built; default: the last. */
  readonly target?: string
  /** The arguments of a build that measures coverage, if there is one. */
  readonly coverageArgs?: BuildArguments
  /** How large its context is, for messages: `106.0 MiB`. */
  readonly contextSize?: string
  /** What instructions took when they were last run, each on one line and without comments, as engines announce them. */
  readonly costOf?: (instructions: readonly string[]) => Cost | undefined
}

export interface LintDockerfileOptions {
  /** Absolute path, for positions; default `/Dockerfile`. */
  readonly file?: string
  /** How it is built; default: once, without arguments. */
  readonly builds?: readonly DockerfileBuild[]
  /** Whether an image reference is that of another image of the project. */
  readonly isBuiltHere?: (reference: string) => boolean
}

/** Everything the rules find in a Dockerfile, in its order, its waivers considered. Never throws. */
export function lintDockerfile(text: string, options: LintDockerfileOptions = {}): readonly Finding[] {
  const { file = '/Dockerfile', builds = [{}] } = options
  const positions = new Positions(file, text)
  const found = new Map<string, Finding>()
  let first: Dockerfile | undefined
  for (const build of builds) {
    const { dockerfile, context } = contextOf(text, build, options)
    first ??= dockerfile
    for (const rule of dockerfileRules) {
      for (const one of rule.check(context)) {
        const key = `${rule.name} ${one.start}`
        const before = found.get(key)
        const finding = toFinding(rule, one, positions, text, build)
        // Built several ways, it costs what the slowest costs.
        if (before === undefined || (finding.cost?.ms ?? 0) > (before.cost?.ms ?? 0)) found.set(key, finding)
      }
    }
  }
  if (first === undefined) return []
  const comments = dockerfileComments(first, text, positions)
  return applyWaivers([...found.values()], comments, ruleNames).toSorted(byPosition)
}

/** By file and place. */
export function byPosition(a: Finding, b: Finding): number {
  const [left, right] = [a.location, b.location]
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? -1 : 1
  if (left.file !== right.file) return left.file < right.file ? -1 : 1
  return left.start.line - right.start.line || left.start.column - right.start.column
}

function contextOf(
  text: string,
  { args, target, coverageArgs, contextSize }: DockerfileBuild,
  { isBuiltHere = () => false }: LintDockerfileOptions,
): { readonly dockerfile: Dockerfile; readonly context: DockerfileContext } {
  const dockerfile = readDockerfile(text, args)
  const known = new Map<Instruction, ReturnType<typeof instructionCommands>>()
  const context: DockerfileContext = {
    dockerfile,
    ownStages: ownStages(dockerfile, target),
    isBuiltHere,
    ...(coverageArgs === undefined ? {} : { coverage: readDockerfile(text, coverageArgs) }),
    ...(contextSize === undefined ? {} : { contextSize }),
    commandsOf: (instruction) => {
      const commands = known.get(instruction) ?? instructionCommands(instruction)
      known.set(instruction, commands)
      return commands
    },
  }
  return { dockerfile, context }
}

function toFinding(
  { name, severity, why }: DockerfileRule,
  { start, end, message, hint, costs = [], edits }: RuleFinding,
  positions: Positions,
  text: string,
  { costOf }: DockerfileBuild,
): Finding {
  const cost = costs.length === 0 ? undefined : costOf?.(costs.map((at) => oneLine(at, text)))
  return {
    code: name,
    severity,
    message,
    location: positions.location(start, Math.max(end, start)),
    hint,
    why,
    ...(cost === undefined ? {} : { cost }),
    ...(edits === undefined ? {} : { edits }),
  }
}

function oneLine({ start, argument }: Instruction, text: string): string {
  return text.slice(start, argument.start) + argument.text
}
