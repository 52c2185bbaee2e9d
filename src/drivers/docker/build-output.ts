import type { BuildStep, BuildStepEnd } from '../build-step.ts'

/** BuildKit's `#7 [linux/arm64 stage-1 2/5] RUN make`. */
const stepLine = /^(#\d+) \[(?:(.+) )?(\d+)\/(\d+)\] (.*)$/
/** The heading under which BuildKit shows the step that failed, which need not be the one it announced last. */
const failureLine = /^ > ()\[(?:(.+) )?(\d+)\/(\d+)\] (.*):$/
/** The legacy builder's `Step 2/5 : RUN make`. */
const legacyLine = /^()Step ()(\d+)\/(\d+) : (.*)$/

/**
 * Reads the announcements of both of docker's builders; anything else, what the programs of a build print included,
 * is ordinary output. BuildKit works on several steps at once, and announces one again when it goes on with its output.
 */
export function parseBuildStep(line: string): BuildStep | undefined {
  const match = stepLine.exec(line) ?? failureLine.exec(line) ?? legacyLine.exec(line)
  if (match === null) return undefined
  const [, vertex = '', stage = '', number, total, instruction = ''] = match
  return {
    number: Number(number),
    total: Number(total),
    ...(stage === '' ? {} : { stage }),
    instruction: instruction.trim(),
    ...(vertex === '' ? {} : { vertex }),
  }
}

/** Reads BuildKit's `#7 DONE 3.2s`: what a program prints has a time between the number and its words. */
export function parseBuildStepEnd(line: string): BuildStepEnd | undefined {
  const [, vertex, seconds] = /^(#\d+) DONE (\d+(?:\.\d+)?)s$/.exec(line) ?? []
  return vertex === undefined ? undefined : { vertex, seconds: Number(seconds) }
}
