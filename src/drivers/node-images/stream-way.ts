import { CommandError } from '../../exec/command-error.ts'
import { pipe } from '../../exec/pipe.ts'
import { deferred } from '../../util/deferred.ts'
import { orAborted } from '../../util/or-aborted.ts'
import type { TransferOptions } from '../cluster.ts'
import type { EngineProgram } from '../engine-program.ts'
import {
  failedReport,
  type ImageToLoad,
  type LoadingWay,
  type LoadTarget,
  type WayReport,
} from './loading-way.ts'
import { importIntoNode } from './node-commands.ts'

/**
 * The engine's archive, saved once and read by all nodes at the same time (I25); no file is written. With more than one
 * node, images go one after another.
 */
export class StreamWay implements LoadingWay {
  readonly name = 'stream'
  readonly #program: Pick<EngineProgram, 'run'>
  #turn: Promise<void> = Promise.resolve()

  constructor(program: Pick<EngineProgram, 'run'>) {
    this.#program = program
  }

  async send(
    image: ImageToLoad,
    targets: readonly LoadTarget[],
    options: TransferOptions,
  ): Promise<WayReport> {
    if (targets.length === 1) return this.#stream(image, targets, options)
    // A node makes one import wait for another that brings a layer of both. With two images in two nodes, each could
    // be the one that waits in one of them, and so hold up the other, which has to keep pace with it: for ever.
    const before = this.#turn
    const done = deferred<void>()
    this.#turn = before.then(() => done.promise)
    try {
      await orAborted(before, options.signal)
      return await this.#stream(image, targets, options)
    } catch (error) {
      return failedReport(this.name, targets, error)
    } finally {
      done.resolve()
    }
  }

  async #stream(
    image: ImageToLoad,
    targets: readonly LoadTarget[],
    options: TransferOptions,
  ): Promise<WayReport> {
    const { transfer, ...call } = options
    const { sinks, bytes } = await pipe(
      (write, signal) => {
        const onStdout = (chunk: Uint8Array) => {
          transfer?.sent(chunk.byteLength * targets.length)
          return write(chunk)
        }
        return this.#program.run(['save', image.reference], { ...call, signal, onStdout })
      },
      targets.map(
        ({ node, content }) =>
          (stdin) =>
            importIntoNode(node, stdin, content.snapshotter, options),
      ),
      options.signal,
    )
    return {
      way: this.name,
      bytesWritten: 0,
      // A node that has taken in a whole archive has the image, however the engine ended then.
      targets: sinks.map((sink) =>
        sink.status === 'fulfilled'
          ? { bytesSent: bytes, content: sink.value }
          : { bytesSent: bytes, error: originOf(sink.reason) },
      ),
    }
  }

  close(): void {}
}

/** An import that was ended because the engine failed says so; what the engine said is what helps. */
function originOf(error: unknown): unknown {
  return error instanceof CommandError && error.reason === 'stream' ? (error.cause ?? error) : error
}
