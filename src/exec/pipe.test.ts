import { expect, test } from 'vitest'
import { CommandError } from './command-error.ts'
import { LocalExec } from './local-exec.ts'
import { type PipeSink, pipe } from './pipe.ts'
import { isAlive, type ProcessIdentity } from './process-tree.ts'

const script = (code: string) => ({ program: process.execPath, args: ['-e', code] })
const bytesOut = (count: number, then = '') =>
  script(
    `let left = ${count}; const more = () => { if (left <= 0) { ${then} return } left -= 65536; process.stdout.write(Buffer.alloc(65536), more) }; more()`,
  )
const counting = script(
  `let n = 0; process.stdin.on('data', (c) => n += c.length).on('end', () => console.log(n))`,
)
const failing = script(`process.stdin.once('data', () => { console.error('disk full'); process.exit(3) })`)

function rig() {
  const started: ProcessIdentity[] = []
  const exec = new LocalExec({ onSpawn: (identity) => started.push(identity) })
  const sink =
    (command: ReturnType<typeof script>): PipeSink<string> =>
    async (stdin) =>
      (await exec.run(command, { stdin })).stdout
  const source =
    (command: ReturnType<typeof script>) =>
    (onStdout: (chunk: Uint8Array) => Promise<void>, signal: AbortSignal) =>
      exec.run(command, { onStdout, signal })
  return { sink, source, started }
}

const size = 64 * 65_536

test('I25: one source serves all sinks, each with all of it', async () => {
  const { sink, source } = rig()
  const result = await pipe(source(bytesOut(size)), [sink(counting), sink(counting), sink(counting)])
  expect(result.bytes).toBe(size)
  expect(result.source.status).toBe('fulfilled')
  const all = { status: 'fulfilled', value: String(size) }
  expect(result.sinks).toEqual([all, all, all])
})

test('a sink that fails leaves the others going', async () => {
  const { sink, source } = rig()
  const result = await pipe(source(bytesOut(size)), [sink(failing), sink(counting)])
  expect(result.sinks).toMatchObject([
    { status: 'rejected', reason: { reason: 'exit', exitCode: 3, stderr: 'disk full' } },
    { status: 'fulfilled', value: String(size) },
  ])
  expect(result.source.status).toBe('fulfilled')
})

test('when all sinks have failed the source is ended, and both say why', async () => {
  const { sink, source, started } = rig()
  const endless = script(`const more = () => process.stdout.write(Buffer.alloc(65536), more); more()`)
  const result = await pipe(source(endless), [sink(failing), sink(failing)])
  expect(result.sinks.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(result.source).toMatchObject({ status: 'rejected', reason: { reason: 'cancelled' } })
  const { cause } = (result.source as PromiseRejectedResult).reason as CommandError
  expect(cause).toBeInstanceOf(CommandError)
  expect((cause as CommandError).stderr).toBe('disk full')
  expect(started.map(isAlive)).toEqual([false, false, false])
})

test('when the source fails no sink sees a proper end, and both say why', async () => {
  const { sink, source, started } = rig()
  const broken = bytesOut(size, `console.error('layer not known'); process.exit(125);`)
  const result = await pipe(source(broken), [sink(counting), sink(counting)])
  expect(result.source).toMatchObject({
    status: 'rejected',
    reason: { exitCode: 125, stderr: 'layer not known' },
  })
  const { reason } = result.source as PromiseRejectedResult
  for (const end of result.sinks) {
    expect(end).toMatchObject({ status: 'rejected', reason: { reason: 'stream' } })
    expect(((end as PromiseRejectedResult).reason as CommandError).cause).toBe(reason)
  }
  expect(started.map(isAlive)).toEqual([false, false, false])
})

test('the slowest sink sets the pace', async () => {
  const { sink, source } = rig()
  const ahead: number[] = []
  let [fast, slow] = [0, 0]
  const reader =
    (isSlow: boolean): PipeSink<string> =>
    async (stdin) => {
      for await (const chunk of stdin) {
        if (isSlow) await new Promise((resolve) => setImmediate(resolve))
        if (isSlow) slow += chunk.byteLength
        else fast += chunk.byteLength
        ahead.push(Math.abs(fast - slow))
      }
      return ''
    }
  await pipe(source(bytesOut(size)), [reader(false), reader(true), sink(counting)])
  expect([fast, slow]).toEqual([size, size])
  // Two chunks at most: one that was taken, and one that waits to be.
  expect(Math.max(...ahead)).toBeLessThanOrEqual(2 * 65_536)
})

test('an abort ends everything', async () => {
  const { source, started } = rig()
  const controller = new AbortController()
  const exec = new LocalExec({ onSpawn: (identity) => started.push(identity) })
  const aborting: PipeSink<string> = async (stdin) => {
    setImmediate(() => controller.abort())
    return (await exec.run(counting, { stdin, signal: controller.signal })).stdout
  }
  const endless = script(`const more = () => process.stdout.write(Buffer.alloc(65536), more); more()`)
  const result = await pipe(source(endless), [aborting, aborting], controller.signal)
  expect(result.source).toMatchObject({ reason: { reason: 'cancelled' } })
  expect(result.sinks).toMatchObject([
    { reason: { reason: 'cancelled' } },
    { reason: { reason: 'cancelled' } },
  ])
  expect(started.map(isAlive)).toEqual([false, false, false])
})
