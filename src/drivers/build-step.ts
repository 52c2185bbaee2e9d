/** An instruction of a build as its engine announces it. */
export interface BuildStep {
  readonly number: number
  readonly total: number
  /** Stage of a multi-stage build in the engine's words: `1/2` (podman), `production` (BuildKit). */
  readonly stage?: string
  readonly instruction: string
  /** By which the engine calls the step when it has ended, where it says that at all. */
  readonly vertex?: string
}

/** The end of an instruction, by an engine that measures them itself. */
export interface BuildStepEnd {
  readonly vertex: string
  readonly seconds: number
}
