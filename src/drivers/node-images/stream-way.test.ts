import { expect, test } from 'vitest'
import { CommandError } from '../../exec/command-error.ts'
import type { CommandResult, ExecOptions } from '../../exec/exec.ts'
import type { LoadTarget } from './loading-way.ts'
import { parseNodeContent } from './node-content.ts'
import { StreamWay } from './stream-way.ts'

const result: CommandResult = { exitCode: 0, stdout: '----', stderr: '', durationMs: 0 }
const id = `sha256:${'a'.repeat(64)}`

function failure(program: string, stderr: string): CommandError {
  const command = { program, args: [] }
  return new CommandError({ command, reason: 'exit', exitCode: 125, durationMs: 1, tail: stderr, stderr })
}

/** Puts out two chunks for each image it saves. */
const engine = {
  saved: [] as string[],
  async run([, reference = '']: readonly string[], options: ExecOptions = {}): Promise<CommandResult> {
    this.saved.push(reference)
    await options.onStdout?.(Buffer.from('first '))
    await options.onStdout?.(Buffer.from(reference))
    return result
  },
}

/** As containerd does it: of two imports with a layer in common, the later waits until the earlier is done. */
function lockingNode(name: string, imported: string[]): LoadTarget {
  let turn: Promise<void> = Promise.resolve()
  const take = async (stdin: AsyncIterable<Uint8Array>) => {
    let text = ''
    for await (const chunk of stdin) text += Buffer.from(chunk).toString()
    imported.push(`${name}: ${text}`)
  }
  const exec = async (_: readonly string[], { stdin }: ExecOptions = {}): Promise<CommandResult> => {
    if (typeof stdin !== 'object') throw new Error('there is nothing to import')
    const before = turn
    const work = before.then(() => take(stdin))
    turn = work
    await work
    return result
  }
  return { node: { name, exec }, content: parseNodeContent('----') }
}

test('I25: one save serves all nodes', async () => {
  const imported: string[] = []
  const targets = [lockingNode('one', imported), lockingNode('two', imported)]
  engine.saved.length = 0
  const told: number[] = []
  const transfer = { expect: () => {}, sent: (bytes: number) => void told.push(bytes) }
  const report = await new StreamWay(engine).send({ reference: 'web', id }, targets, { transfer })
  expect(told).toEqual([12, 6])
  expect(engine.saved).toEqual(['web'])
  expect(imported.sort()).toEqual(['one: first web', 'two: first web'])
  expect(report).toMatchObject({
    way: 'stream',
    bytesWritten: 0,
    targets: [{ bytesSent: 9 }, { bytesSent: 9 }],
  })
})

test('images for several nodes go one after another, or two could hold each other up', async () => {
  const imported: string[] = []
  const [one, two] = [lockingNode('one', imported), lockingNode('two', imported)]
  const way = new StreamWay(engine)
  await Promise.all([
    way.send({ reference: 'a', id }, [one, two], {}),
    // The other way round: each would come first in one node.
    way.send({ reference: 'b', id }, [two, one], {}),
  ])
  expect(imported.slice(0, 2).sort()).toEqual(['one: first a', 'two: first a'])
  expect(imported.slice(2).sort()).toEqual(['one: first b', 'two: first b'])
})

test('who is cancelled while he waits for his turn does not take it', async () => {
  const imported: string[] = []
  const targets = [lockingNode('one', imported), lockingNode('two', imported)]
  const way = new StreamWay(engine)
  const controller = new AbortController()
  const first = way.send({ reference: 'a', id }, targets, {})
  const second = way.send({ reference: 'b', id }, targets, { signal: controller.signal })
  const third = way.send({ reference: 'c', id }, targets, {})
  controller.abort(new Error('enough'))
  expect((await second).targets).toMatchObject([
    { error: { message: 'enough' } },
    { error: { message: 'enough' } },
  ])
  await Promise.all([first, third])
  expect(imported).toHaveLength(4)
})

test('an engine that fails is what is told, not the import that ended with it', async () => {
  const broken = failure('podman', 'layer not known')
  const way = new StreamWay({ run: () => Promise.reject(broken) })
  const failing = lockingNode('one', [])
  const report = await way.send({ reference: 'web', id }, [failing], {})
  expect(report.targets).toMatchObject([{ error: broken }])
})
