import { expect, test, vi } from 'vitest'
import { CommandError } from './command-error.ts'
import { LocalExec } from './local-exec.ts'
import { isAlive, type ProcessIdentity } from './process-tree.ts'
import { Redactor } from './redactor.ts'

const script = (code: string) => ({ program: process.execPath, args: ['-e', code] })
const copy = script('process.stdin.pipe(process.stdout)')
/** Puts out a chunk at a time for as long as somebody takes it. */
const endless = script(`const more = () => process.stdout.write('x'.repeat(65536), more); more()`)
const silent = script('setInterval(() => {}, 1000)')

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function* endlessly(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(65_536)
}

async function failureOf(run: Promise<unknown>): Promise<CommandError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof CommandError)) throw new Error('the command was expected to fail', { cause: error })
  return error
}

function watched(): { readonly exec: LocalExec; readonly started: ProcessIdentity[] } {
  const started: ProcessIdentity[] = []
  return { started, exec: new LocalExec({ onSpawn: (identity) => started.push(identity) }) }
}

test('bytes go in and come out as they are, and are not collected', async () => {
  const taken: Uint8Array[] = []
  const bytes = Buffer.from([0, 0xff, 0x0d, 0x0a, 0x80])
  const result = await new LocalExec().run(copy, {
    stdin: (async function* () {
      yield bytes
      yield bytes
    })(),
    onStdout: async (chunk) => void taken.push(chunk),
  })
  expect(Buffer.concat(taken)).toEqual(Buffer.concat([bytes, bytes]))
  expect(result.stdout).toBe('')
})

test('the next chunk comes when the one before has been taken', async () => {
  let isTaking = false
  let total = 0
  await new LocalExec().run(copy, {
    stdin: chunks(...Array.from({ length: 50 }, () => 'y'.repeat(20_000))),
    onStdout: async (chunk) => {
      expect(isTaking).toBe(false)
      isTaking = true
      await new Promise((resolve) => setImmediate(resolve))
      isTaking = false
      total += chunk.byteLength
    },
  })
  expect(total).toBe(1_000_000)
})

test('the result comes after the last chunk was taken', async () => {
  let taken = ''
  await new LocalExec().run(script(`process.stdout.write('all')`), {
    onStdout: async (chunk) => {
      await new Promise((resolve) => setImmediate(resolve))
      taken += Buffer.from(chunk).toString()
    },
  })
  expect(taken).toBe('all')
})

test('input that fails ends the process, which does not take it for the end', async () => {
  const { exec, started } = watched()
  const broken = new Error('the source broke')
  let sawEnd = false
  const error = await failureOf(
    exec.run(script(`process.stdin.on('end', () => console.log('END')).resume()`), {
      stdin: (async function* () {
        yield Buffer.from('half')
        throw broken
      })(),
      onLine: (_, line) => {
        sawEnd ||= line === 'END'
      },
    }),
  )
  expect(error).toMatchObject({ reason: 'stream', cause: broken })
  expect(error.message).toContain('the source broke')
  expect(sawEnd).toBe(false)
  expect(started.map(isAlive)).toEqual([false])
})

test('output that cannot be taken ends the process', async () => {
  const { exec, started } = watched()
  const full = new Error('no space left')
  const error = await failureOf(exec.run(endless, { onStdout: () => Promise.reject(full) }))
  expect(error).toMatchObject({ reason: 'stream', cause: full })
  expect(started.map(isAlive)).toEqual([false])
})

test('a program may end without reading its input, and the source is told', async () => {
  let isReleased = false
  const stdin = (async function* () {
    try {
      yield* endlessly()
    } finally {
      isReleased = true
    }
  })()
  expect((await new LocalExec().run(script('0'), { stdin })).exitCode).toBe(0)
  // It is told, and not waited for.
  await vi.waitFor(() => expect(isReleased).toBe(true))
})

test('a program ends though its input never comes', async () => {
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }
  expect((await failureOf(new LocalExec().run(script('process.exit(7)'), { stdin: never }))).exitCode).toBe(7)
})

test('an abort ends it while a chunk is being taken', async () => {
  const { exec, started } = watched()
  const controller = new AbortController()
  const error = await failureOf(
    exec.run(endless, {
      signal: controller.signal,
      onStdout: () => {
        controller.abort()
        return new Promise(() => {})
      },
    }),
  )
  expect(error.reason).toBe('cancelled')
  expect(started.map(isAlive)).toEqual([false])
})

test('an abort ends it while it waits for input', async () => {
  const { exec, started } = watched()
  const controller = new AbortController()
  const stdin = (async function* () {
    yield Buffer.from('first')
    controller.abort()
    yield* endlessly()
  })()
  expect((await failureOf(exec.run(silent, { stdin, signal: controller.signal }))).reason).toBe('cancelled')
  expect(started.map(isAlive)).toEqual([false])
})

test('what is streamed is left as it is, and what is said beside it is redacted', async () => {
  const redactor = new Redactor()
  redactor.add('swordfish')
  let taken = ''
  const code = `process.stdout.write('swordfish'); console.error('swordfish')`
  const { stderr } = await new LocalExec({ redactor }).run(script(code), {
    onStdout: async (chunk) => {
      taken += Buffer.from(chunk).toString()
    },
  })
  expect([taken, stderr]).toEqual(['swordfish', '***'])
})

test('of output that goes on, lines are told and none is kept', async () => {
  const lines: string[] = []
  const result = await new LocalExec().run(script('console.log("one"); console.error("two")'), {
    isStream: true,
    onLine: (_, line) => void lines.push(line),
  })
  expect(lines.sort()).toEqual(['one', 'two'])
  expect(result).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
})
