import type { TransferOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import type { NodeCli } from './node.ts'
import type { NodeContent } from './node-content.ts'

/**
 * How images come into nodes: by `kind load image-archive` from a tar; as a stream from the engine into all nodes; as a
 * stream of what a node lacks; or pulled by the nodes from this process.
 */
export const loadWays = ['archive', 'stream', 'missing-layers', 'pull'] as const

export type LoadWay = (typeof loadWays)[number]

/** An image as the engine has it. */
export interface ImageToLoad {
  /** In full, with its tag. */
  readonly reference: string
  /** `sha256:` and 64 hex digits. */
  readonly id: string
}

/** A node that is to get an image. */
export interface LoadTarget {
  readonly node: NodeCli
  /** What it had a moment ago. */
  readonly content: NodeContent
}

/** How it went for one node. */
export type TargetReport = { readonly bytesSent: number } & (
  | { readonly content: NodeContent }
  | { readonly error: unknown }
)

export interface WayReport {
  /** The way that was gone in the end. */
  readonly way: LoadWay
  readonly bytesWritten: number
  /** In the order of the targets. */
  readonly targets: readonly TargetReport[]
}

/** The report on a way that has got nothing into any node, each time for the same reason. */
export function failedReport(
  way: LoadWay,
  targets: readonly LoadTarget[],
  error: unknown,
  bytesWritten = 0,
): WayReport {
  return { way, bytesWritten, targets: targets.map(() => ({ bytesSent: 0, error })) }
}

/** One way of loading. */
export interface LoadingWay {
  readonly name: LoadWay
  /** Sends an image into nodes that lack it; each failure is reported, and nothing is tried again. Never rejects. */
  send(image: ImageToLoad, targets: readonly LoadTarget[], options: TransferOptions): Promise<WayReport>
  /**
   * Has what an image is made of ready for its `send` into nodes that have nothing of it; resolves with the bytes that were
   * written to disk for that. Rejects when it was cancelled, and with nothing else. Absent where nothing can be prepared.
   */
  readAhead?(image: ImageToLoad, options: CallOptions): Promise<number>
  /** Has nodes know what they need for any image. Rejects when they cannot; the first `send` tries again. */
  prepareNodes?(nodes: readonly NodeCli[], options: CallOptions): Promise<void>
  /** Removes what it keeps on disk; nothing may be under way. */
  close(): void
}
