/** A stretch of time, milliseconds since some start. */
export interface Interval {
  readonly startMs: number
  readonly endMs: number
}

/** How much of the time lies in at least one of the intervals. */
export function coveredMs(intervals: readonly Interval[]): number {
  let sumMs = 0
  let untilMs = 0
  for (const { startMs, endMs } of intervals.toSorted((a, b) => a.startMs - b.startMs)) {
    sumMs += Math.max(0, endMs - Math.max(startMs, untilMs))
    untilMs = Math.max(untilMs, endMs)
  }
  return sumMs
}

/** The lengths of the stretches from `fromMs` to the end of the last interval that lie in none; none starts earlier. */
export function gapsMs(fromMs: number, busy: readonly Interval[]): number[] {
  return gapsOf(fromMs, busy).map(({ startMs, endMs }) => endMs - startMs)
}

/** The stretches from `fromMs` to the end of the last interval that lie in none; none starts earlier. */
export function gapsOf(fromMs: number, busy: readonly Interval[]): Interval[] {
  const gaps: Interval[] = []
  let untilMs = fromMs
  for (const { startMs, endMs } of busy.toSorted((a, b) => a.startMs - b.startMs)) {
    if (startMs > untilMs) gaps.push({ startMs: untilMs, endMs: startMs })
    untilMs = Math.max(untilMs, endMs)
  }
  return gaps
}
