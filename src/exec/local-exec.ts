import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { deferred } from '../util/deferred.ts'
import type { Command } from './command.ts'
import { CommandError, type CommandFailureReason } from './command-error.ts'
import type { CommandResult, Exec, ExecOptions, OutputStream } from './exec.ts'
import { LineSplitter } from './line-splitter.ts'
import { groupOf, identify, type ProcessIdentity } from './process-tree.ts'
import { Redactor } from './redactor.ts'
import { drain, feed } from './streams.ts'
import { Tail } from './tail.ts'
import { killTreeNow, terminateBehind, terminateContents, terminateTree } from './terminate.ts'

const defaultGraceMs = 5_000
/** What a process that has ended may still have on its way, output or a child of its own that ends with it. */
const momentMs = 1_000
const tailLines = 40

export interface LocalExecOptions {
  readonly redactor?: Redactor
  /** Variables every child gets. */
  readonly env?: Readonly<Record<string, string>>
  /** One of them, as `NAME=value`, by which what has lost its parent is known as started here. */
  readonly mark?: string
  /** Told of each process group that was started, so that it can be ended later even if this process dies. */
  readonly onSpawn?: (process: ProcessIdentity, command: Command) => void
  readonly onExit?: (process: ProcessIdentity) => void
}

/**
 * Starts processes on this machine; nothing else in Kindling does. Each runs in a process group of its own, so that
 * the terminal's Ctrl-C reaches only Kindling, which decides what ends in which order.
 */
export class LocalExec implements Exec {
  readonly #options: LocalExecOptions
  readonly #redactor: Redactor
  readonly #running = new Set<ProcessIdentity>()

  constructor(options: LocalExecOptions = {}) {
    this.#options = options
    this.#redactor = options.redactor ?? new Redactor()
  }

  run(command: Command, options: ExecOptions = {}): Promise<CommandResult> {
    if (options.signal?.aborted)
      return Promise.reject(notStarted(command, 'cancelled', options.signal.reason))
    const startedAt = performance.now()
    let stdoutFd: number | undefined
    let child: ChildProcess
    try {
      if (options.stdoutFile !== undefined) stdoutFd = openSync(options.stdoutFile, 'w', 0o600)
      const [program, ...args] = argvOf(command, options)
      child = spawn(program, args, {
        cwd: command.cwd,
        env: { ...process.env, ...this.#options.env, ...command.env },
        detached: true,
        stdio: [options.stdin === undefined ? 'ignore' : 'pipe', stdoutFd ?? 'pipe', 'pipe'],
      })
    } catch (cause) {
      return Promise.reject(notStarted(command, 'spawn', cause))
    } finally {
      if (stdoutFd !== undefined) closeSync(stdoutFd)
    }
    return this.#watch(child, command, options, startedAt)
  }

  /** Kills everything that is still running, synchronously; only for the moment before this process exits. */
  killAllNow(): void {
    for (const running of this.#running) killTreeNow(running)
  }

  #watch(
    child: ChildProcess,
    command: Command,
    options: ExecOptions,
    startedAt: number,
  ): Promise<CommandResult> {
    const { promise, resolve, reject } = deferred<CommandResult>()
    const output = { stdout: [] as string[], stderr: [] as string[] }
    const tail = new Tail(tailLines)
    const follow = (stream: OutputStream) => {
      const splitter = new LineSplitter((raw) => {
        const line = this.#redactor.redact(raw)
        if (options.isStream !== true) {
          output[stream].push(stream === 'stdout' && options.isData === true ? raw : line)
        }
        tail.push(line)
        options.onLine?.(stream, line)
      })
      child[stream]?.on('data', (chunk: Buffer) => splitter.write(chunk)).on('close', () => splitter.end())
    }
    if (options.onStdout === undefined) follow('stdout')
    follow('stderr')

    const identity =
      child.pid === undefined ? undefined : (identify(child.pid) ?? { pid: child.pid, startTime: '' })
    const { mark, onSpawn, onExit } = this.#options
    let cause: { reason: CommandFailureReason; error?: unknown } | undefined
    let ended: Promise<void> | undefined
    const ending = deferred<void>()
    let lettingGo: NodeJS.Timeout | undefined
    // What is out of reach may hold the other end of its output for as long as it likes.
    const letGo = () => {
      lettingGo = setTimeout(() => {
        for (const output of [child.stdout, child.stderr]) output?.destroy()
      }, momentMs)
    }
    const end = (reason: CommandFailureReason, error?: unknown) => {
      cause ??= { reason, error }
      if (identity !== undefined) ended ??= terminate(identity, options, mark).then(letGo)
      ending.resolve()
    }
    if (identity !== undefined) {
      this.#running.add(identity)
      try {
        onSpawn?.(identity, command)
        options.onSpawn?.(identity)
      } catch (error) {
        // What nobody can write down must not run: nobody could end it later.
        end('spawn', error)
      }
    }
    if (options.endsGroup === true) {
      const endGroup = (root: ProcessIdentity) =>
        terminateBehind(root, mark, { momentMs, graceMs: options.graceMs ?? defaultGraceMs })
      child.once('exit', () => {
        if (identity !== undefined) ended ??= endGroup(identity).then(letGo)
      })
    }
    const onAbort = () => end('cancelled', options.signal?.reason)
    options.signal?.addEventListener('abort', onAbort, { once: true })
    const timer =
      options.timeoutMs === undefined ? undefined : setTimeout(() => end('timeout'), options.timeoutMs)

    // A program may end without reading its input; that it did shows in its exit code, not here.
    child.stdin?.on('error', () => {})
    if (typeof options.stdin === 'string') child.stdin?.end(options.stdin)
    else if (options.stdin !== undefined && child.stdin !== null) {
      feed(options.stdin, child.stdin).catch((error: unknown) => end('stream', error))
    }
    const { onStdout } = options
    const taken =
      onStdout === undefined || child.stdout === null
        ? undefined
        : drain(child.stdout, onStdout, ending.promise).catch((error: unknown) => end('stream', error))
    child.on('error', (error) => {
      cause ??= { reason: 'spawn', error }
      if (identity === undefined) void settle(null, null)
    })
    const settle = async (exitCode: number | null, signal: NodeJS.Signals | null) => {
      await taken
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
      await ended
      clearTimeout(lettingGo)
      if (identity !== undefined) {
        this.#running.delete(identity)
        try {
          onExit?.(identity)
        } catch {
          // On a full disk: whoever looks for it later sees by its start time that it is gone.
        }
      }
      const durationMs = performance.now() - startedAt
      const stderr = joined(output.stderr)
      if (cause === undefined && exitCode !== null && (options.okExitCodes ?? [0]).includes(exitCode)) {
        resolve({ exitCode, stdout: joined(output.stdout), stderr, durationMs })
        return
      }
      reject(
        new CommandError({
          command,
          reason: cause?.reason ?? (signal === null ? 'exit' : 'signal'),
          durationMs,
          ...(exitCode === null ? {} : { exitCode }),
          ...(signal === null ? {} : { signal }),
          tail: tail.toString(),
          stderr,
          cause: cause?.error,
        }),
      )
    }
    // `close`, not `exit`: the output is complete only then.
    child.on('close', settle)
    return promise
  }
}

/**
 * `nice` becomes the program, so that the process is the same. To change the priority of one that runs would reach the one
 * thread that it begins with, and none of those that it has by then.
 */
function argvOf({ program, args }: Command, { niceness = 0 }: ExecOptions): [string, ...string[]] {
  return niceness === 0 ? [program, ...args] : ['nice', '-n', `${niceness}`, program, ...args]
}

function joined(lines: readonly string[]): string {
  return lines.join('\n').replace(/\n+$/, '')
}

async function terminate(
  identity: ProcessIdentity,
  options: ExecOptions,
  mark: string | undefined,
): Promise<void> {
  if (options.patienceMs !== undefined) await terminateContents(identity, options.patienceMs)
  await terminateTree(identity, options.graceMs ?? defaultGraceMs, groupOf(identity, mark))
}

function notStarted(command: Command, reason: CommandFailureReason, cause: unknown): CommandError {
  return new CommandError({ command, reason, durationMs: 0, tail: '', stderr: '', cause })
}
