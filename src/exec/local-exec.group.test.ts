import { expect, onTestFinished, test } from 'vitest'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import type { ExecOptions } from './exec.ts'
import { LocalExec } from './local-exec.ts'
import { identify, type ProcessIdentity } from './process-tree.ts'
import { killTreeNow } from './terminate.ts'

const owned = { env: { KINDLING_TEST_OWNER: 'shop' }, mark: 'KINDLING_TEST_OWNER=shop' }
const shell = (line: string): Command => ({ program: 'sh', args: ['-c', line] })

interface Ended {
  readonly result: { readonly exitCode: number } | CommandError
  readonly lines: readonly string[]
  /** Of those that were told as `left PID`, who is alive. */
  readonly alive: readonly ProcessIdentity[]
}

/** Runs a line that tells the processes it leaves behind. */
async function run(line: string, options: ExecOptions): Promise<Ended> {
  const lines: string[] = []
  const left: ProcessIdentity[] = []
  const onLine = (_: unknown, text: string) => {
    lines.push(text)
    const identity = text.startsWith('left ') ? identify(Number(text.slice(5))) : undefined
    if (identity === undefined) return
    left.push(identity)
    onTestFinished(() => killTreeNow(identity))
  }
  const result = await new LocalExec(owned).run(shell(line), { ...options, onLine }).catch((error) => {
    if (error instanceof CommandError) return error
    throw error
  })
  const alive = left.filter(({ pid, startTime }) => identify(pid)?.startTime === startTime)
  return { result, lines, alive }
}

test('a group ends with its leader where that is wanted, and the exit code is that of the leader', async () => {
  const { result, alive, lines } = await run('sleep 1000 & echo left $!; exit 3', { endsGroup: true })
  expect(result).toMatchObject({ reason: 'exit', exitCode: 3 })
  expect(lines).toHaveLength(1)
  expect(alive).toEqual([])
})

test('what has no hand in the output ends with the group as well', async () => {
  const line = 'sleep 1000 > /dev/null 2>&1 & echo left $!'
  const { result, alive } = await run(line, { endsGroup: true })
  expect(result).toMatchObject({ exitCode: 0 })
  expect(alive).toEqual([])
})

test('who is about to end may say its last words', async () => {
  const line = '(trap "" TERM; sleep 0.2; echo last) & exit 0'
  expect((await run(line, { endsGroup: true })).lines).toEqual(['last'])
})

test('without that, output is complete when nobody can write to it any more', async () => {
  expect((await run('(sleep 0.2; echo last) & exit 0', {})).lines).toEqual(['last'])
})

test('E4: a time limit reaches what a process has left that is gone itself', async () => {
  const { result, alive } = await run('sleep 1000 & echo left $!', { timeoutMs: 500 })
  expect(result).toMatchObject({ reason: 'timeout' })
  expect(alive).toEqual([])
})

test.each<ExecOptions>([{ endsGroup: true }, { timeoutMs: 500 }])(
  'nobody waits for the output of what has made itself a session of its own: %o',
  async (options) => {
    const { alive } = await run('setsid sh -c "echo left \\$\\$; exec sleep 1000" &\nsleep 0.2', options)
    // Out of reach, as everywhere.
    expect(alive).toHaveLength(1)
  },
)

test('what cannot be written down is not run', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  let started: ProcessIdentity | undefined
  const exec = new LocalExec({
    onSpawn: (identity) => {
      started = identity
      throw full
    },
  })
  const failed = exec.run(shell('sleep 1000'))
  await expect(failed).rejects.toMatchObject({ reason: 'spawn', cause: full })
  expect(started === undefined ? undefined : identify(started.pid)).toBeUndefined()
})

test('that an end cannot be written down changes nothing of it', async () => {
  const exec = new LocalExec({
    onExit: () => {
      throw new Error('ENOSPC: no space left on device')
    },
  })
  expect(await exec.run(shell('echo done'))).toMatchObject({ exitCode: 0, stdout: 'done' })
})
