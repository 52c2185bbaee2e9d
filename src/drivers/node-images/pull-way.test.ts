import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { CommandError } from '../../exec/command-error.ts'
import type { CommandResult, ExecOptions } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import { chainIds } from './chain-ids.ts'
import type { LayerSource } from './layer-source.ts'
import type { ImageToLoad, LoadingWay, LoadTarget, WayReport } from './loading-way.ts'
import { parseNodeContent } from './node-content.ts'
import { PullWay } from './pull-way.ts'

const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const image: ImageToLoad = { reference: 'localhost/web:1', id: digest('1') }
const layers = [
  { digest: digest('a'), size: 4 },
  { digest: digest('b'), size: 4 },
]
const empty = '----\n----\n'

/** An engine with the one image, which notes what is read. */
class Source implements LayerSource {
  readonly written: string[][] = []
  described = 0

  async describe(id: string) {
    this.described++
    if (id !== image.id) throw new Error(`there is no ${id}`)
    return { id, config: Buffer.from('{}'), layers }
  }

  async writeLayers(_: unknown, digests: ReadonlySet<string>, directory: string): Promise<number> {
    this.written.push([...digests])
    for (const one of digests) writeFileSync(join(directory, one.slice(7)), 'text')
    return digests.size * 4
  }
}

class Otherwise implements LoadingWay {
  readonly name = 'stream'
  readonly sent: string[][] = []

  async send(_: ImageToLoad, targets: readonly LoadTarget[]): Promise<WayReport> {
    this.sent.push(targets.map(({ node }) => node.name))
    const report = { bytesSent: 1000, content: parseNodeContent(empty) }
    return { way: this.name, bytesWritten: 0, targets: targets.map(() => report) }
  }

  close(): void {}
}

function failure(exitCode: number, stderr: string): CommandError {
  const command = { program: 'podman', args: [] }
  return new CommandError({ command, reason: 'exit', exitCode, durationMs: 1, tail: stderr, stderr })
}

interface NodeScript {
  readonly config?: string
  readonly pull?: () => Promise<void>
  readonly content?: string
}

/** A node on this machine; what it pulls from the server is for its script to say. */
function target(name: string, { config, pull, content }: NodeScript = {}): LoadTarget {
  const facts = `default via 127.0.0.1 dev eth0\n----\n/bin/crictl\n----\n${config ?? 'config_path = "/etc/containerd/certs.d"'}\n`
  const exec = async ([, , script = '']: readonly string[], _: ExecOptions = {}): Promise<CommandResult> => {
    if (script.includes('crictl pull')) await pull?.()
    const stdout = script.includes('config dump') ? facts : empty
    return { exitCode: 0, stdout, stderr: '', durationMs: 0 }
  }
  return { node: { name, exec }, content: parseNodeContent(content ?? empty) }
}

function way(): {
  way: PullWay
  source: Source
  otherwise: Otherwise
  lines: string[]
  options: CallOptions
} {
  const [source, otherwise, lines] = [new Source(), new Otherwise(), [] as string[]]
  const parent = mkdtempSync(join(temporaryDirectory(), 'way-'))
  const made = new PullWay(source, parent, otherwise)
  onTestFinished(() => {
    made.close()
    expect(readdirSync(parent)).toEqual([])
  })
  return { way: made, source, otherwise, lines, options: { onLine: (_, line) => lines.push(line) } }
}

test('I25: what the nodes lack is read out of the engine once for all of them', async () => {
  const { way: pull, source, otherwise, options } = way()
  const expected: number[] = []
  const transfer = { expect: (bytes: number) => void expected.push(bytes), sent: () => {} }
  const report = await pull.send(image, [target('one'), target('two')], { ...options, transfer })
  expect(report).toMatchObject({ way: 'pull', bytesWritten: 8 })
  expect(expected).toEqual([16])
  expect(source.written).toEqual([[digest('a'), digest('b')]])
  expect(otherwise.sent).toEqual([])
})

test('I24: layers that the nodes have unpacked or kept are not read', async () => {
  const [base = ''] = chainIds(layers.map((layer) => layer.digest))
  const unpacked = `${empty}KEY PARENT KIND\n${base}   Committed\n`
  const { way: pull, source, options } = way()
  await pull.send(image, [target('one', { content: unpacked })], options)
  await pull.send(image, [target('two', { content: `----\n${digest('b')}\t4B\n----\n` })], options)
  expect(source.written).toEqual([[digest('b')], [digest('a')]])
})

test('where a node cannot pull the next way is gone, for all images, and why is told once', async () => {
  const { way: pull, otherwise, lines, options } = way()
  const targets = [target('one'), target('two', { config: '' })]
  expect(await pull.send(image, targets, options)).toMatchObject({ way: 'stream' })
  await pull.send(image, targets, options)
  expect(otherwise.sent).toEqual([
    ['one', 'two'],
    ['one', 'two'],
  ])
  expect(lines).toEqual([expect.stringContaining('containerd of two is not configured')])
})

test('only the nodes that would not pull get it otherwise', async () => {
  const refused = failure(1, 'rpc error: server gave HTTP response to HTTPS client')
  const { way: pull, otherwise, lines, options } = way()
  const targets = [target('one'), target('two', { pull: () => Promise.reject(refused) })]
  const report = await pull.send(image, targets, options)
  expect(report.targets.map(({ bytesSent }) => bytesSent)).toEqual([0, 1000])
  expect(otherwise.sent).toEqual([['two']])
  expect(lines).toEqual([expect.stringContaining('server gave HTTP response to HTTPS client')])
})

test('I21: what may pass is reported, for another attempt', async () => {
  const lost = failure(255, '')
  const { way: pull, otherwise, options } = way()
  const report = await pull.send(image, [target('one', { pull: () => Promise.reject(lost) })], options)
  expect(report.targets).toEqual([{ bytesSent: 0, error: lost }])
  expect(otherwise.sent).toEqual([])
})

test('an image whose layers cannot be read goes the next way, and the others are pulled', async () => {
  const { way: pull, otherwise, options } = way()
  const other = { ...image, id: digest('2') }
  expect(await pull.send(other, [target('one')], options)).toMatchObject({ way: 'stream' })
  expect(await pull.send(image, [target('one')], options)).toMatchObject({ way: 'pull' })
  expect(otherwise.sent).toHaveLength(1)
})

test('an abort is no reason to try otherwise', async () => {
  const controller = new AbortController()
  const { way: pull, otherwise } = way()
  const aborting = target('one', {
    pull: async () => {
      controller.abort(new Error('enough'))
      throw failure(1, 'canceled')
    },
  })
  await pull.send(image, [aborting], { signal: controller.signal })
  expect(otherwise.sent).toEqual([])
})

test('what was read ahead is not read again for its load, and gone after it', async () => {
  const { way: pull, source, options } = way()
  expect(await pull.readAhead(image, options)).toBe(8)
  expect(await pull.send(image, [target('one')], options)).toMatchObject({ way: 'pull', bytesWritten: 8 })
  expect(source.written).toEqual([[digest('a'), digest('b')]])
  await pull.send(image, [target('one')], options)
  expect(source.written).toHaveLength(2)
})

test('an image is not read ahead a second time', async () => {
  const { way: pull, source, options } = way()
  await pull.readAhead(image, options)
  expect(await pull.readAhead(image, options)).toBe(0)
  expect(source.written).toHaveLength(1)
})

test('what cannot be read ahead is said, and left to the load', async () => {
  const { way: pull, lines, options } = way()
  expect(await pull.readAhead({ ...image, id: digest('2') }, options)).toBe(0)
  expect(lines).toEqual([expect.stringContaining(`there is no ${digest('2')}`)])
  expect(await pull.send(image, [target('one')], options)).toMatchObject({ way: 'pull' })
})

test('nodes are told where to pull from before there is anything to pull, and what was read is not asked for again', async () => {
  const { way: pull, source, options } = way()
  const scripts: string[] = []
  const one = target('one')
  const { exec } = one.node
  const node = {
    ...one.node,
    exec: (command: readonly string[], more?: ExecOptions) => {
      scripts.push(command[2] ?? '')
      return exec(command, more)
    },
  }
  await pull.prepareNodes([node], options)
  expect(scripts).toEqual([expect.stringContaining('config dump'), expect.stringContaining('hosts.toml')])
  await pull.readAhead(image, options)
  await pull.send(image, [{ ...one, node }], options)
  expect(scripts.slice(2)).toEqual([expect.stringContaining('crictl pull')])
  expect([source.described, source.written.length]).toEqual([1, 1])
})
