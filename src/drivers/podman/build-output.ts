/** An instruction of a build as podman announces it. */
export interface BuildStep {
  readonly number: number
  readonly total: number
  /** Stage of a multi-stage build, `[1/2]`, and how many there are. */
  readonly stage?: { readonly number: number; readonly total: number }
  readonly instruction: string
}

const stepLine = /^(?:\[(\d+)\/(\d+)\] )?STEP (\d+)\/(\d+): (.*)$/

/** Reads `STEP 2/5: RUN make` and `[1/2] STEP 2/5: RUN make`; anything else is ordinary output. */
export function parseBuildStep(line: string): BuildStep | undefined {
  const match = stepLine.exec(line)
  if (match === null) return undefined
  const [, stage, stages, number, total, instruction = ''] = match
  return {
    number: Number(number),
    total: Number(total),
    ...(stage === undefined ? {} : { stage: { number: Number(stage), total: Number(stages) } }),
    instruction: instruction.trim(),
  }
}
