import type { ExecOptions } from '../exec/exec.ts'

/**
 * How long a call may take that nobody can cancel, milliseconds. Clean-ups are such calls: they go on after an interrupt.
 * An engine that hangs is ended then, and with it whatever it kept others from, the lock of its storage above all.
 */
export const unattendedLimitMs = 60_000

/** Options of a call that ends by itself: when its caller cancels it, or at a limit. */
export function bounded(options: ExecOptions = {}): ExecOptions {
  if (options.signal !== undefined || options.timeoutMs !== undefined) return options
  return { ...options, timeoutMs: unattendedLimitMs }
}
