import type { CallOptions } from './container-engine.ts'

/** Calls whose output is no news for anybody. */
export function quiet(options: CallOptions): Pick<CallOptions, 'signal' | 'timeoutMs'> {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  }
}
