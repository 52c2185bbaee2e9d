/** An instruction of a build as its engine announces it. */
export interface BuildStep {
  readonly number: number
  readonly total: number
  /** Stage of a multi-stage build in the engine's words: `1/2` (podman), `production` (BuildKit). */
  readonly stage?: string
  readonly instruction: string
}
