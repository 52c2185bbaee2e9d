import { tryParseReference } from '../../util/image-reference.ts'
import { type Base, baseOf, type Instruction } from '../dockerfile/dockerfile.ts'
import type { DockerfileRule } from '../rule.ts'

/** Tags, or beginnings of tags, that are moved to another image with every release. */
const moving =
  /^(?:latest|edge|nightly|rolling|canary|main|master|mainline|current|lts|stable|testing|unstable|devel|dev|snapshot)(?:[-_.]|$)/i
/** Tags that only say which kind of image it is. */
const kindOnly =
  /^(?:alpine|slim|debian|ubuntu|fpm|apache|minimal|debug|nonroot|jre|jdk|alpine-slim|slim-alpine)$/i

export const unpinnedBase: DockerfileRule = {
  name: 'unpinned-base',
  severity: 'warning',
  summary: 'a base image has no tag, or one that moves',
  why: 'when the tag moves, the same commit builds into a different image, and all layers are built again',
  details: `The rule looks at \`FROM\`, \`COPY --from\` and \`RUN --mount=from=\`, with arguments filled in from their defaults and from the \`args\`
of the image in \`kindling.yaml\`. \`latest\`, \`edge\`, \`stable\`, \`lts\` and the like move, as do tags that name no version at all
(\`golang:alpine\`). It ignores \`scratch\`, stages, other images of the project, and names that are known only during the run.

Name a version, or better a digest: \`node:20.19-bookworm-slim@sha256:…\`.`,
  example: { bad: 'FROM node', good: 'FROM node:20.19-bookworm-slim' },
  *check({ dockerfile, isBuiltHere }) {
    for (const stage of dockerfile.stages) {
      const before = dockerfile.stages.slice(0, stage.index)
      const bases = [stage.base, ...stage.instructions.flatMap((one) => namedIn(one, before))]
      for (const base of bases) {
        if (base.kind !== 'image' || base.reference === undefined || isBuiltHere(base.reference)) continue
        const reference = tryParseReference(base.reference)
        if (reference === undefined || reference.digest !== undefined) continue
        const { tag } = reference
        if (tag !== undefined && !moving.test(tag) && !kindOnly.test(tag)) continue
        yield {
          start: base.written.start,
          end: base.written.end,
          message:
            tag === undefined
              ? `the base image \`${base.reference}\` has no tag, which means \`latest\``
              : `the tag of the base image \`${base.reference}\` names no version`,
          hint: 'name a version, or a digest: `@sha256:…`',
        }
      }
    }
  },
}

function namedIn({ flags, values }: Instruction, stages: Parameters<typeof baseOf>[2]): Base[] {
  return flags.flatMap(({ name, value }) => {
    if (name === 'from') return [baseOf(value, values, stages)]
    const match = name === 'mount' ? /(?:^|,)from=([^,]+)/.exec(value.text) : null
    if (match?.[1] === undefined) return []
    const start = match.index + match[0].length - match[1].length
    return [baseOf(value.slice(start, start + match[1].length), values, stages)]
  })
}
