import { type Command, formatCommand } from './command.ts'

/**
 * Why a command did not give a result; the first cause wins. `stream`: where its input comes from, or its output goes
 * to, has failed, with the error that is the cause.
 */
export type CommandFailureReason = 'exit' | 'signal' | 'timeout' | 'cancelled' | 'spawn' | 'stream'

interface CommandErrorInit {
  readonly command: Command
  readonly reason: CommandFailureReason
  readonly durationMs: number
  readonly exitCode?: number
  readonly signal?: string
  /** The last lines of output, standard output and error as they came. */
  readonly tail: string
  /** Standard error alone, for those who classify a failure by its text. */
  readonly stderr: string
  readonly cause?: unknown
}

/** The one error a driver throws: what was run, how it ended, and the tool's last words. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly command: Command
  readonly reason: CommandFailureReason
  readonly durationMs: number
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly tail: string
  readonly stderr: string

  constructor(init: CommandErrorInit) {
    super(describe(init), { cause: init.cause })
    this.command = init.command
    this.reason = init.reason
    this.durationMs = init.durationMs
    this.exitCode = init.exitCode
    this.signal = init.signal
    this.tail = init.tail
    this.stderr = init.stderr
  }

  /** The command in pasteable form. */
  get where(): string {
    return formatCommand(this.command)
  }
}

function describe(init: CommandErrorInit): string {
  const { program } = init.command
  switch (init.reason) {
    case 'spawn':
      return `${program} could not be started: ${reasonOf(init)}`
    case 'stream':
      return `${program} was ended with what it was connected to: ${reasonOf(init)}`
    case 'timeout':
      return `${program} was ended after ${Math.round(init.durationMs)} ms, its time limit`
    case 'cancelled':
      return `${program} was cancelled`
    case 'signal':
      return `${program} was ended by ${init.signal}`
    case 'exit':
      return `${program} exited with code ${init.exitCode}`
  }
}

function reasonOf({ cause }: CommandErrorInit): string {
  return cause instanceof Error ? cause.message : 'unknown reason'
}
