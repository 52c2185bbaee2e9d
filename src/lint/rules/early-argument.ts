import type { Instruction, Stage } from '../dockerfile/dockerfile.ts'
import { assignmentsOf } from '../dockerfile/values.ts'
import { isOpaque } from '../programs.ts'
import type { DockerfileContext, DockerfileRule, RuleFinding } from '../rule.ts'

/** Names whose values are different in each build, or for each commit. */
const changing =
  /^(?:(?:APP|IMAGE|DOCKER|CI|BUILD|SOURCE|OCI)_)?(?:(?:GIT|VCS|SOURCE)_?(?:COMMIT|SHA|SHA1|REF|REV|REVISION|HASH|DESCRIBE|COMMIT_(?:SHA|HASH|DATE|ID|TIME))|(?:BUILD|COMMIT|RELEASE|IMAGE)_?(?:DATE|TIME|TIMESTAMP|DATETIME|NUMBER|NUM|ID|URL)|BUILT_AT|CREATED(?:_AT)?|COMMIT|COMMIT_?(?:SHA|HASH|REF|SHORT_SHA)|SHORT_SHA|REVISION|TIMESTAMP|CACHE_?BUST(?:ER)?|BUILDKIT_CACHE_BUST|PIPELINE_(?:ID|IID|URL)|JOB_(?:ID|URL))$|^(?:GITHUB_(?:SHA|RUN_ID|RUN_NUMBER|RUN_ATTEMPT)|DATE_CREATED)$/i

export const earlyArgument: DockerfileRule = {
  name: 'early-argument',
  severity: 'warning',
  summary: 'a build argument that changes with every build stands before instructions that do not need it',
  why: 'its value is part of the cache key of every `RUN` after it, so all of them run again each time',
  details: `The name tells that the value changes with every commit or build: \`GIT_COMMIT\`, \`VCS_REF\`, \`BUILD_DATE\`,
\`BUILD_NUMBER\`, \`CACHEBUST\`, \`GITHUB_SHA\` and the like. An \`ARG\`, or an \`ENV\` or \`LABEL\` with its value, counts if a
\`RUN\` follows it in its stage before the first instruction that uses it. Commands that cannot be looked into, such as
\`make\` or a script of the project, are assumed to use it. An \`ARG\` before the first \`FROM\` does no harm.

Declare the argument directly before the instruction that uses it, and set labels at the end.`,
  example: {
    bad: 'FROM golang:1.25\nARG GIT_COMMIT\nRUN go mod download\nRUN go build -ldflags "-X main.commit=$GIT_COMMIT" ./...',
    good: 'FROM golang:1.25\nRUN go mod download\nARG GIT_COMMIT\nRUN go build -ldflags "-X main.commit=$GIT_COMMIT" ./...',
  },
  *check(context) {
    for (const stage of context.dockerfile.stages) yield* checkStage(stage, context)
  },
}

function* checkStage({ instructions }: Stage, { commandsOf }: DockerfileContext): Iterable<RuleFinding> {
  for (const [index, instruction] of instructions.entries()) {
    const { keyword } = instruction
    const names =
      keyword === 'ARG'
        ? changingNames([instruction])
        : keyword === 'ENV' || keyword === 'LABEL'
          ? changingNames(instructions.slice(0, index))
              .filter((name) => uses(instruction, name))
              .slice(0, 1)
          : []
    for (const name of names) {
      const later = instructions.slice(index + 1)
      // Labels are for those who look at the image: no program sees them.
      const mayUse = (other: Instruction) =>
        uses(other, name) || (keyword !== 'LABEL' && isRun(other) && commandsOf(other).some(isOpaque))
      const firstUse = later.findIndex(mayUse)
      const between = (firstUse < 0 ? later : later.slice(0, firstUse)).filter(isRun)
      if (between.length > 0) yield finding(instruction, name, between)
    }
  }
}

function changingNames(instructions: readonly Instruction[]): string[] {
  return instructions
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(({ argument }) => assignmentsOf('ARG', argument.text).map(([name]) => name))
    .filter((name) => changing.test(name))
}

function finding(at: Instruction, name: string, costs: readonly Instruction[]): RuleFinding {
  const offset = new RegExp(`\\b${name}\\b`).exec(at.argument.text)?.index ?? 0
  const place = at.argument.slice(offset, offset + name.length)
  const runs = costs.length === 1 ? 'the `RUN`' : `the ${costs.length} \`RUN\`s`
  return {
    start: place.start,
    end: place.end,
    message: `\`${name}\` changes with every build, so ${runs} after it cannot come from the cache`,
    hint: `${at.keyword === 'ARG' ? 'declare' : 'set'} it after the instructions that do not use it`,
    costs,
  }
}

function isRun({ keyword, isOnBuild }: Instruction): boolean {
  return keyword === 'RUN' && !isOnBuild
}

function uses({ argument, flags, heredocs }: Instruction, name: string): boolean {
  const pattern = new RegExp(`\\$\\{?${name}\\b`)
  return [argument, ...flags.map(({ value }) => value), ...heredocs.map(({ body }) => body)].some(
    ({ text }) => pattern.test(text),
  )
}
