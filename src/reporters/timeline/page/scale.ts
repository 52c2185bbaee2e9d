const factors = [1, 2, 5] as const
const longSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** The smallest step in milliseconds that people count in and that is not below `leastMs`. */
export function stepFrom(leastMs: number): number {
  if (leastMs > 1_000) return 1_000 * (longSteps.find((step) => 1_000 * step >= leastMs) ?? 86_400)
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(1, leastMs)))
  return Math.max(1, magnitude * (factors.find((factor) => magnitude * factor >= leastMs) ?? 10))
}

/** The multiples of a step from one moment to another, both ends included. */
export function ticksBetween(fromMs: number, toMs: number, stepMs: number): number[] {
  const first = Math.ceil(fromMs / stepMs)
  const count = Math.max(0, Math.floor(toMs / stepMs) - first + 1)
  return Array.from({ length: count }, (_, index) => (first + index) * stepMs)
}

/** A moment as an axis has it: `0s`, `250ms`, `12.5s`, `2:05`, `1:02:05`; no finer than the step between two. */
export function formatTick(ms: number, stepMs: number): string {
  if (ms === 0) return '0s'
  if (stepMs < 100 && ms < 1_000) return `${ms}ms`
  const seconds = ms / 1_000
  if (seconds < 60) return `${stepMs < 1_000 ? seconds.toFixed(stepMs < 100 ? 2 : 1) : seconds}s`
  const two = (value: number) => `${Math.floor(value)}`.padStart(2, '0')
  const rest = stepMs < 1_000 ? (seconds % 60).toFixed(1).padStart(4, '0') : two(seconds % 60)
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`
}
