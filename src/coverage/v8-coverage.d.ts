declare module '@bcoe/v8-coverage' {
  import type { Profiler } from 'node:inspector'

  interface ProcessCov {
    readonly result: readonly Profiler.ScriptCoverage[]
  }

  /** Scripts are the same when they have the same `url`. The parts may be changed. */
  export function mergeProcessCovs(parts: readonly ProcessCov[]): ProcessCov
}
