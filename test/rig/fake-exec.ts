import { type Command, formatCommand } from '../../src/exec/command.ts'
import { CommandError, type CommandFailureReason } from '../../src/exec/command-error.ts'
import type { CommandResult, Exec, ExecOptions } from '../../src/exec/exec.ts'

/** How a program that is not really run ends: with code 0 and no output, but for what is said here. */
export interface FakeAnswer {
  readonly exitCode?: number
  readonly stdout?: string
  readonly stderr?: string
  /** Ends it this way instead of with an exit code. */
  readonly reason?: Exclude<CommandFailureReason, 'exit'>
}

/** Answers for the programs; `undefined` means that there is no such program. */
export type FakePrograms = (
  command: Command,
  options: ExecOptions,
) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>

/** Starts nothing: it remembers what was asked, and answers by script, in the way `LocalExec` does. */
export class FakeExec implements Exec {
  readonly commands: Command[] = []
  readonly #programs: FakePrograms

  constructor(programs: FakePrograms = () => ({})) {
    this.#programs = programs
  }

  /** The commands as they could be pasted into a shell. */
  get lines(): string[] {
    return this.commands.map(formatCommand)
  }

  async run(command: Command, options: ExecOptions = {}): Promise<CommandResult> {
    if (options.signal?.aborted) throw failed(command, { reason: 'cancelled', cause: options.signal.reason })
    this.commands.push(command)
    const answer = await this.#answer(command, options)
    if (answer === undefined) throw failed(command, { reason: 'spawn', cause: new Error('spawn ENOENT') })
    const stdout = (answer.stdout ?? '').replace(/\n+$/, '')
    const stderr = (answer.stderr ?? '').replace(/\n+$/, '')
    if (options.onStdout !== undefined) {
      // Byte for byte, and to nobody else.
      await streaming(command, options.onStdout(Buffer.from(answer.stdout ?? '')))
    }
    const collected = options.onStdout === undefined ? stdout : ''
    for (const [stream, text] of [['stdout', collected] as const, ['stderr', stderr] as const]) {
      if (text !== '') for (const line of text.split('\n')) options.onLine?.(stream, line)
    }
    const tail = [collected, stderr].filter(Boolean).join('\n')
    if (answer.reason !== undefined) throw failed(command, { reason: answer.reason, tail, stderr })
    const { exitCode = 0 } = answer
    if (!(options.okExitCodes ?? [0]).includes(exitCode)) {
      throw failed(command, { reason: 'exit', exitCode, tail, stderr })
    }
    return { exitCode, stdout: collected, stderr, durationMs: 0 }
  }

  /** A program that reads its input fails with it. */
  #answer(command: Command, options: ExecOptions): Promise<FakeAnswer | undefined> {
    const answer = Promise.resolve(this.#programs(command, options))
    return typeof options.stdin === 'object' ? streaming(command, answer) : answer
  }
}

async function streaming<T>(command: Command, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw failed(command, { reason: 'stream', cause })
  }
}

function failed(
  command: Command,
  init: Pick<ConstructorParameters<typeof CommandError>[0], 'reason'> &
    Partial<ConstructorParameters<typeof CommandError>[0]>,
): CommandError {
  return new CommandError({ command, durationMs: 0, tail: '', stderr: '', ...init })
}
