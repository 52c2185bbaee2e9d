import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatCommand } from './command.ts'
import { CommandError } from './command-error.ts'
import { LocalExec } from './local-exec.ts'
import { isAlive, type ProcessIdentity } from './process-tree.ts'
import { Redactor } from './redactor.ts'

const node = process.execPath
const script = (code: string, ...args: string[]) => ({ program: node, args: ['-e', code, ...args] })

async function failureOf(run: Promise<unknown>): Promise<CommandError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof CommandError)) throw new Error('the command was expected to fail')
  return error
}

test('output comes line by line, whole characters, without line ends', async () => {
  const lines: string[] = []
  const code = `process.stdout.write(Buffer.from([0xc3])); setTimeout(() => { process.stdout.write(Buffer.from([0xa4, 0x0d, 0x0a])); process.stdout.write('last') }, 20)`
  const result = await new LocalExec().run(script(code), { onLine: (_, line) => lines.push(line) })
  expect(lines).toEqual(['ä', 'last'])
  expect(result.stdout).toBe('ä\nlast')
})

test('a failure carries the exit code, the tail of both streams and a pasteable command', async () => {
  const error = await failureOf(
    new LocalExec().run(script(`console.log('out'); console.error('it broke'); process.exit(3)`)),
  )
  expect(error).toMatchObject({ reason: 'exit', exitCode: 3, stderr: 'it broke' })
  expect(error.tail.split('\n').sort()).toEqual(['it broke', 'out'])
  expect(error.where).toContain(`'console.log('\\''out'\\'')`)
})

test('an exit code that was declared a result is one', async () => {
  expect((await new LocalExec().run(script('process.exit(1)'), { okExitCodes: [0, 1] })).exitCode).toBe(1)
})

test('a program that does not exist is a spawn failure', async () => {
  const error = await failureOf(new LocalExec().run({ program: 'kindling-no-such-program', args: [] }))
  expect(error.reason).toBe('spawn')
  expect(error.message).toContain('ENOENT')
})

test('a working directory that does not exist is a spawn failure too', async () => {
  expect((await failureOf(new LocalExec().run({ ...script('0'), cwd: '/no/such/directory' }))).reason).toBe(
    'spawn',
  )
})

test('a signal aborted beforehand starts nothing', async () => {
  const error = await failureOf(
    new LocalExec({ onSpawn: () => expect.unreachable() }).run(script('0'), { signal: AbortSignal.abort() }),
  )
  expect(error.reason).toBe('cancelled')
})

test('a process that ignores SIGTERM is killed after the grace period, its children with it', async () => {
  const abort = new AbortController()
  const code = `
    process.on('SIGTERM', () => console.log('ignored'))
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
    console.log('child ' + child.pid)
    setInterval(() => {}, 1000)`
  const pids: number[] = []
  const started: ProcessIdentity[] = []
  const lines: string[] = []
  const error = await failureOf(
    new LocalExec({ onSpawn: (identity) => started.push(identity) }).run(script(code), {
      signal: abort.signal,
      graceMs: 200,
      onLine: (_, line) => {
        lines.push(line)
        if (!line.startsWith('child ')) return
        pids.push(Number(line.slice(6)))
        abort.abort()
      },
    }),
  )
  expect(error.reason).toBe('cancelled')
  expect(lines).toContain('ignored')
  expect(started.map(isAlive)).toEqual([false])
  // The grandchild has a session of its own: a signal to the group alone would have missed it.
  expect(pids.map((pid) => isRunning(pid))).toEqual([false])
})

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

test('the first cause wins: a time limit stays a time limit though the process then ends by a signal', async () => {
  const error = await failureOf(new LocalExec().run(script('setInterval(() => {}, 1000)'), { timeoutMs: 50 }))
  expect(error.reason).toBe('timeout')
})

test('secrets are replaced in lines, results and errors', async () => {
  const redactor = new Redactor()
  redactor.add('hunter22\nsecond-line')
  const lines: string[] = []
  const error = await failureOf(
    new LocalExec({ redactor }).run(
      script(`console.log('a hunter22 b'); console.error('second-line'); process.exit(1)`),
      {
        onLine: (_, line) => lines.push(line),
      },
    ),
  )
  expect(lines.sort()).toEqual(['***', 'a *** b'])
  expect(`${error.tail}${error.stderr}`).not.toContain('second-line')
})

test('standard input is empty unless given, and given whole', async () => {
  const echo = script(`process.stdin.pipe(process.stdout)`)
  expect((await new LocalExec().run(echo)).stdout).toBe('')
  const large = 'x'.repeat(200_000)
  expect((await new LocalExec().run(echo, { stdin: large })).stdout.replaceAll('\n', '')).toBe(large)
})

test('standard output can go to a private file byte for byte', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kindling-exec-'))
  const file = join(directory, 'out')
  await new LocalExec().run(script('process.stdout.write(Buffer.from([0, 255, 13, 10]))'), {
    stdoutFile: file,
  })
  expect([...readFileSync(file)]).toEqual([0, 255, 13, 10])
  rmSync(directory, { recursive: true })
})

test('M1: a program that gives way does so in all of its threads and with all that it starts', async () => {
  const code = `console.log(os.getPriority()); child_process.spawnSync(process.execPath, ['-p', 'os.getPriority()'], { stdio: 'inherit' })`
  const priorities = async (niceness: number) =>
    (await new LocalExec().run(script(code), { niceness })).stdout.split('\n').map(Number)
  const [mine = 0] = await priorities(0)
  const less = Math.min(mine + 10, 19)
  expect(await priorities(10)).toEqual([less, less])
  const error = await failureOf(new LocalExec().run(script('process.exit(3)'), { niceness: 10 }))
  expect(error).toMatchObject({ exitCode: 3 })
  expect(error.message).not.toContain('nice')
})

test('a command prints as a person could paste it', () => {
  expect(formatCommand({ program: 'echo', args: ['plain', 'two words', "it's", ''] })).toBe(
    `echo plain 'two words' 'it'\\''s' ''`,
  )
})

test('a file for the output that cannot be made is a failure like any other, not an exception', async () => {
  const run = new LocalExec().run(script('0'), { stdoutFile: '/nowhere/at/all' })
  expect((await failureOf(run)).reason).toBe('spawn')
})
