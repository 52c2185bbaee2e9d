import type { BuildStep } from '../build-step.ts'

const stepLine = /^(?:\[(\d+\/\d+)\] )?STEP (\d+)\/(\d+): (.*)$/

/** Reads `STEP 2/5: RUN make` and `[1/2] STEP 2/5: RUN make`; anything else is ordinary output. */
export function parseBuildStep(line: string): BuildStep | undefined {
  const match = stepLine.exec(line)
  if (match === null) return undefined
  const [, stage, number, total, instruction = ''] = match
  return {
    number: Number(number),
    total: Number(total),
    ...(stage === undefined ? {} : { stage }),
    instruction: instruction.trim(),
  }
}
