import type { LogPiece } from './cluster.ts'

/** Lines of one write have one time, and clusters count in seconds: what is asked again costs little. */
const overlapMs = 1_000

/**
 * The lines of a log that has the time before each of them, from one stream or several, not redacted.
 */
export function pieceOf(
  of: Pick<LogPiece, 'container' | 'run'>,
  streams: readonly string[],
  since: string | undefined,
): LogPiece {
  const timed = streams.flatMap((text) =>
    text.split('\n').flatMap((line) => {
      const space = line.indexOf(' ')
      const timeMs = Date.parse(space < 0 ? line : line.slice(0, space))
      return Number.isNaN(timeMs) ? [] : [{ timeMs, line: space < 0 ? '' : line.slice(space + 1) }]
    }),
  )
  const ordered = timed.sort((a, b) => a.timeMs - b.timeMs)
  const lastMs = ordered.at(-1)?.timeMs
  const mark = lastMs === undefined ? since : latest(since, new Date(lastMs - overlapMs).toISOString())
  return { ...of, lines: ordered.map(({ line }) => line), ...(mark === undefined ? {} : { mark }) }
}

/** What is before the first look is another run's. */
function latest(since: string | undefined, mark: string): string {
  return since !== undefined && Date.parse(since) > Date.parse(mark) ? since : mark
}
