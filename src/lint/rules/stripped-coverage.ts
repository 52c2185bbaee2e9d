import type { Command } from '../../shell/commands.ts'
import type { Field } from '../../shell/fields.ts'
import type { Instruction } from '../dockerfile/dockerfile.ts'
import type { DockerfileRule } from '../rule.ts'

export const strippedCoverage: DockerfileRule = {
  name: 'stripped-coverage',
  severity: 'error',
  summary: 'a build that measures coverage strips its binary',
  why: 'coverage and stack traces are only as good as what the binary still knows about its sources',
  details: `The rule looks for \`-s\` or \`-w\` in \`-ldflags\`, and for \`strip\` and \`upx\`, in images with \`coverage\` in \`kindling.yaml\`, as
built with its \`args\`, and in every \`go build -cover\`. If one of several \`go build\`s in a \`RUN\` has \`-cover\`, only that one
counts: the other is the branch for releases.

Make the flags a build argument, and give it another value in \`coverage.args\`.`,
  example: {
    bad: 'ARG GOFLAGS\nRUN go build -ldflags "-s -w" -o /app ./cmd/app',
    good: 'ARG GOFLAGS\nARG LDFLAGS="-s -w"\nRUN go build -ldflags "$LDFLAGS" -o /app ./cmd/app',
  },
  *check({ dockerfile, coverage, commandsOf }) {
    for (const instruction of (coverage ?? dockerfile).instructions) {
      const commands = commandsOf(instruction)
      const builds = commands.filter(isGoBuild)
      const covered = builds.filter((build) => isCovered(build, instruction))
      const counted = covered.length > 0 ? covered : coverage === undefined ? [] : builds
      for (const build of counted) {
        const flags = linkerFlags(build)
        const stripping = flags.find(({ text }) => /(?:^|[\s'"=])-[sw](?:$|[\s'"])/.test(text))
        if (stripping === undefined) continue
        yield {
          start: stripping.mapped.start,
          end: stripping.mapped.end,
          message: 'the linker strips a binary that is built to measure coverage',
          hint: 'make the flags a build argument, and set it without `-s` and `-w` in `coverage.args` of the image',
        }
      }
      if (covered.length === 0 && coverage === undefined) continue
      for (const { program, start } of commands) {
        if (program !== 'strip' && program !== 'upx') continue
        yield {
          start,
          end: start + program.length,
          message: `\`${program}\` is run on a binary that is built to measure coverage`,
          hint: 'leave it out when coverage is measured, with a build argument or a stage of its own',
        }
      }
    }
  },
}

function isGoBuild({ program, words }: Command): boolean {
  const verb = words.find(({ text }) => !text.startsWith('-'))?.text
  if (program !== 'go' && !/^go\d/.test(program)) return false
  return (
    verb === 'build' || verb === 'install' || (verb === 'test' && words.some(({ text }) => text === '-c'))
  )
}

function isCovered({ words, environment }: Command, { values }: Instruction): boolean {
  const flags = environment.get('GOFLAGS') ?? values.get('GOFLAGS') ?? ''
  return [flags, ...words.map(({ text }) => text)].some((text) =>
    /(?:^|\s)-{1,2}cover(?:pkg|mode)?(?:=|\s|$)/.test(text),
  )
}

function linkerFlags({ words }: Command): readonly Field[] {
  return words.flatMap((word, i) => {
    if (/^--?ldflags=/.test(word.text)) return [word]
    const next = words[i + 1]
    return /^--?ldflags$/.test(word.text) && next !== undefined ? [next] : []
  })
}
