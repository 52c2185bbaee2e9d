import type { CommandResult } from './exec.ts'
import { FanOut } from './fan-out.ts'

/** A command whose standard output is to go elsewhere. */
export type PipeSource = (
  onStdout: (chunk: Uint8Array) => Promise<void>,
  signal: AbortSignal,
) => Promise<CommandResult>

/** A command that reads the bytes on its standard input. */
export type PipeSink<T> = (stdin: AsyncIterable<Uint8Array>) => Promise<T>

/** How both sides of a pipe ended; what one end did to the other is the `cause` of that one's error. */
export interface PipeOutcome<T> {
  readonly source: PromiseSettledResult<CommandResult>
  /** In the order in which they were given. */
  readonly sinks: readonly PromiseSettledResult<T>[]
  /** What the source put out. */
  readonly bytes: number
}

/**
 * Runs one command with its output going into several others at once, at the pace of the slowest, and waits for all of
 * them. A sink that fails leaves the others going; when all have failed, the source is ended. When the source fails,
 * all sinks are: none of them sees a proper end before the source has succeeded. Never rejects.
 */
export async function pipe<T>(
  source: PipeSource,
  sinks: readonly PipeSink<T>[],
  signal?: AbortSignal,
): Promise<PipeOutcome<T>> {
  const fan = new FanOut(sinks.length)
  const nobodyLeft = new AbortController()
  let bytes = 0
  let failed = 0
  const running = sinks.map(async (sink, index) => {
    const stdin = fan.outlets[index] as AsyncIterable<Uint8Array>
    try {
      return await sink(stdin)
    } catch (error) {
      failed++
      if (failed === sinks.length) nobodyLeft.abort(error)
      throw error
    } finally {
      await stdin[Symbol.asyncIterator]().return?.()
    }
  })
  const ends = Promise.allSettled(running)
  const [outcome] = await Promise.allSettled([
    source(
      (chunk) => {
        bytes += chunk.byteLength
        return fan.write(chunk)
      },
      AbortSignal.any([nobodyLeft.signal, ...(signal === undefined ? [] : [signal])]),
    ),
  ])
  if (outcome.status === 'fulfilled') fan.end()
  else fan.fail(outcome.reason)
  return { source: outcome, sinks: await ends, bytes }
}
