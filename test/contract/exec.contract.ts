import { expect, test } from 'vitest'
import type { Command } from '../../src/exec/command.ts'
import { CommandError } from '../../src/exec/command-error.ts'
import type { Exec } from '../../src/exec/exec.ts'

/** A program by how it behaves. */
export interface Behaviour {
  readonly exitCode?: number
  readonly stdout?: string
  readonly stderr?: string
  /** Puts out what it reads on its standard input, instead of `stdout`. */
  readonly isCopy?: boolean
}

/** An `Exec` under test with a command that behaves as asked, or one that cannot be started. */
export type MakeExec = (behaviour: Behaviour | 'missing') => {
  readonly exec: Exec
  readonly command: Command
}

/** What every `Exec` promises, whether or not it starts anything. */
export function execContract(name: string, make: MakeExec): void {
  const failureOf = async (run: Promise<unknown>): Promise<CommandError> => {
    const error: unknown = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(CommandError)
    return error as CommandError
  }

  test(`${name}: a result has both streams without their trailing line ends`, async () => {
    const { exec, command } = make({ stdout: 'one\ntwo\n\n', stderr: 'warning\n' })
    const result = await exec.run(command)
    expect(result).toMatchObject({ exitCode: 0, stdout: 'one\ntwo', stderr: 'warning' })
    expect(result.durationMs).toBeGreaterThanOrEqual(0)
  })

  test(`${name}: lines are handed out with their stream`, async () => {
    const { exec, command } = make({ stdout: 'one\ntwo\n', stderr: 'warning\n' })
    const lines: string[] = []
    await exec.run(command, { onLine: (stream, line) => lines.push(`${stream} ${line}`) })
    expect(lines.sort()).toEqual(['stderr warning', 'stdout one', 'stdout two'])
  })

  test(`${name}: another exit code is a failure that carries it, and what was said`, async () => {
    const { exec, command } = make({ exitCode: 3, stdout: 'out\n', stderr: 'it broke\n' })
    const error = await failureOf(exec.run(command))
    expect(error).toMatchObject({ reason: 'exit', exitCode: 3, stderr: 'it broke', command })
    expect(error.tail.split('\n').sort()).toEqual(['it broke', 'out'])
  })

  test(`${name}: an exit code that was declared a result is one`, async () => {
    const { exec, command } = make({ exitCode: 3 })
    expect((await exec.run(command, { okExitCodes: [0, 3] })).exitCode).toBe(3)
  })

  test(`${name}: a program that is not there fails as such`, async () => {
    const { exec, command } = make('missing')
    expect((await failureOf(exec.run(command))).reason).toBe('spawn')
  })

  test(`${name}: with a signal that was aborted before, nothing is run`, async () => {
    const { exec, command } = make({ stdout: 'never' })
    const lines: string[] = []
    const options = { signal: AbortSignal.abort(), onLine: (_: unknown, line: string) => lines.push(line) }
    expect((await failureOf(exec.run(command, options))).reason).toBe('cancelled')
    expect(lines).toEqual([])
  })

  test(`${name}: bytes that come in one by one go out as they came, and are not collected`, async () => {
    const { exec, command } = make({ isCopy: true })
    const taken: Uint8Array[] = []
    const lines: string[] = []
    const result = await exec.run(command, {
      stdin: pieces('one\r\n', '\0two\n\n'),
      onStdout: async (chunk) => void taken.push(chunk),
      onLine: (_, line) => lines.push(line),
    })
    expect(Buffer.concat(taken).toString()).toBe('one\r\n\0two\n\n')
    expect(result.stdout).toBe('')
    expect(lines).toEqual([])
  })

  test(`${name}: input that fails is a failure of the command, with its cause`, async () => {
    const { exec, command } = make({ isCopy: true })
    const cause = new Error('the source broke')
    const stdin = (async function* () {
      yield* pieces('half')
      throw cause
    })()
    expect(await failureOf(exec.run(command, { stdin }))).toMatchObject({ reason: 'stream', cause })
  })

  test(`${name}: output that cannot be taken is a failure of the command, with its cause`, async () => {
    const { exec, command } = make({ stdout: 'some' })
    const cause = new Error('no space left')
    const onStdout = () => Promise.reject(cause)
    expect(await failureOf(exec.run(command, { onStdout }))).toMatchObject({ reason: 'stream', cause })
  })
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}
