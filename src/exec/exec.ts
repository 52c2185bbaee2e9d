import type { Command } from './command.ts'
import type { ProcessIdentity } from './process-tree.ts'

export type OutputStream = 'stdout' | 'stderr'

export interface ExecOptions {
  /** Ends the process group when aborted: SIGTERM, then SIGKILL after `graceMs`. */
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  /**
   * For a program that runs containers and writes to a storage: before SIGTERM, its containers are ended, and it has
   * this long to notice and end by itself. Default 0.
   */
  readonly patienceMs?: number
  /** How long the process may take to end after SIGTERM; default 5,000 ms. */
  readonly graceMs?: number
  /** By how much it, and all that it starts, is less urgent than this process, as `nice` counts; default 0. */
  readonly niceness?: number
  /**
   * When the process has ended, ends what it has left in its group as well, after a moment, and waits for no output of
   * what has left that. Default no: then its output is complete when nobody can write to it any more.
   */
  readonly endsGroup?: boolean
  /** Told of the process once it runs. */
  readonly onSpawn?: (process: ProcessIdentity) => void
  /** Each line of output as it comes, redacted, without its line end. */
  readonly onLine?: (stream: OutputStream, line: string) => void
  /**
   * Text for standard input, or bytes as they come, at the pace of who reads them; without it, standard input is
   * empty. An error of theirs ends the process, which never sees a proper end of them then.
   */
  readonly stdin?: string | AsyncIterable<Uint8Array>
  /**
   * Takes standard output as it comes, byte for byte and not redacted, instead of collecting it; the process waits
   * until a chunk has been taken. A rejection ends it.
   */
  readonly onStdout?: (chunk: Uint8Array) => Promise<void>
  /** Writes standard output to this file, byte for byte, instead of collecting it. */
  readonly stdoutFile?: string
  /** Exit codes that are results rather than failures; default only 0. */
  readonly okExitCodes?: readonly number[]
  /**
   * The result's `stdout` is for a program to read, and printed to nobody: it is left as it came, since a secret that
   * is an ordinary word (`postgres`) would make names in it unreadable. Lines and errors are redacted all the same.
   */
  readonly isData?: boolean
  /** Lines are told and forgotten: for output that goes on for as long as somebody listens. */
  readonly isStream?: boolean
}

export interface CommandResult {
  readonly exitCode: number
  /** Without trailing line ends; redacted, unless it is data. */
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

/** The port through which everything outside is started. Rejects with a `CommandError`, never with anything else. */
export interface Exec {
  run(command: Command, options?: ExecOptions): Promise<CommandResult>
}
