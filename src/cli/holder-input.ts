import type { Readable } from 'node:stream'
import type { RunOutcome } from '../engine/outcome.ts'
import { LineSplitter } from '../exec/line-splitter.ts'

/** What whoever holds an environment says, by standard input. */
export interface HolderInput {
  /** Aborted when it has ended: with its holder, however that ended, or because it was closed. */
  readonly signal: AbortSignal
  /** `failed` when a line of it said so, of the tests. */
  outcome(): RunOutcome
  /** Reads no more of it. */
  close(): void
}

export function holderInput(stream: Readable): HolderInput {
  const ended = new AbortController()
  let outcome: RunOutcome = 'succeeded'
  const lines = new LineSplitter((line) => {
    if (line.trim() === 'failed') outcome = 'failed'
  })
  const end = () => {
    lines.end()
    ended.abort(new Error('standard input has ended'))
  }
  stream.on('data', (chunk: Buffer) => lines.write(chunk))
  for (const event of ['end', 'close', 'error']) stream.once(event, end)
  return { signal: ended.signal, outcome: () => outcome, close: () => stream.destroy() }
}
