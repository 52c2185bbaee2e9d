import { expect, test } from 'vitest'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { CommandError } from '../../exec/command-error.ts'
import type { CommandResult } from '../../exec/exec.ts'
import { ImageLoader, ImageMismatchError } from './image-loader.ts'
import type { ImageToLoad, LoadingWay, LoadTarget, WayReport } from './loading-way.ts'
import type { NodeCli } from './node.ts'
import { type NodeContent, parseNodeContent } from './node-content.ts'

const id = `sha256:${'a'.repeat(64)}`
const otherId = `sha256:${'b'.repeat(64)}`
const web = { reference: 'localhost/web:dev', id }

/** A node that knows names and IDs; a manifest of it is the ID with another algorithm's digits. */
class FakeNode implements NodeCli {
  readonly name: string
  readonly images = new Map<string, string>()
  readonly commands: string[] = []

  constructor(name: string, images: Readonly<Record<string, string>> = {}) {
    this.name = name
    for (const [reference, of] of Object.entries(images)) this.images.set(reference, of)
  }

  async exec([, , script = '', , ...args]: readonly string[]): Promise<CommandResult> {
    this.commands.push(script.includes('tag') ? `tag ${args.join(' ')}` : 'list')
    if (script.includes('tag')) this.images.set(args[1] ?? '', this.images.get(args[0] ?? '') ?? '')
    return { exitCode: 0, stdout: this.listing, stderr: '', durationMs: 0 }
  }

  get listing(): string {
    const manifest = (of: string) => of.replace(/^sha256:./, 'sha256:0')
    const lines = ['REF TYPE DIGEST']
    for (const [reference, of] of this.images) lines.push(`${reference} type ${manifest(of)}`)
    lines.push('----')
    for (const of of new Set(this.images.values())) {
      lines.push(`${manifest(of)}\t1B\tnow\tcontainerd.io/gc.ref.content.config=${of}`)
      lines.push(`${of}\t1B\tnow\tcontainerd.io/gc.ref.snapshot.overlayfs=x`)
    }
    return lines.join('\n')
  }

  get content(): NodeContent {
    return parseNodeContent(this.listing)
  }
}

/** Gives nodes what is asked for, or fails as it is told to. */
class FakeWay implements LoadingWay {
  readonly name = 'stream'
  readonly sent: string[] = []
  readonly failures: unknown[] = []
  delivers = (image: ImageToLoad): string => image.id

  async send(image: ImageToLoad, targets: readonly LoadTarget[]): Promise<WayReport> {
    return {
      way: this.name,
      bytesWritten: 1,
      targets: targets.map(({ node }) => {
        this.sent.push(node.name)
        const error = this.failures.shift()
        if (error !== undefined) return { bytesSent: 10, error }
        ;(node as FakeNode).images.set(image.reference, this.delivers(image))
        return { bytesSent: 100, content: (node as FakeNode).content }
      }),
    }
  }

  close(): void {}
}

const failure = (stderr: string, exitCode: number) =>
  new CommandError({
    command: { program: 'podman', args: ['exec'] },
    ...{ reason: 'exit', exitCode, stderr, tail: stderr, durationMs: 1 },
  })

function rig(...nodes: readonly FakeNode[]) {
  const way = new FakeWay()
  const clock = new VirtualClock()
  return { way, clock, loader: new ImageLoader({ nodes, way, clock }) }
}

test('only nodes that lack the image get it', async () => {
  const [here, there] = [new FakeNode('here', { [web.reference]: id }), new FakeNode('there')]
  const { loader, way } = rig(here, there)
  expect(await loader.load(web)).toEqual({
    ...{ outcome: 'loaded', way: 'stream', attempts: 1, bytesSent: 100, bytesWritten: 1 },
    nodes: [
      { node: 'here', outcome: 'present', bytesSent: 0 },
      { node: 'there', outcome: 'loaded', bytesSent: 100 },
    ],
  })
  expect(way.sent).toEqual(['there'])
})

test('the same image under another name is only given the name', async () => {
  const node = new FakeNode('one', { 'localhost/web:old': id })
  const { loader, way } = rig(node)
  expect(await loader.load(web)).toMatchObject({ outcome: 'reused', nodes: [{ outcome: 'tagged' }] })
  expect(node.commands).toEqual(['list', 'tag localhost/web:old localhost/web:dev'])
  expect(way.sent).toEqual([])
})

test('I2: a short name is looked for, and given, in full', async () => {
  const node = new FakeNode('one')
  const { loader } = rig(node)
  await loader.load({ reference: 'web', id })
  expect([...node.images.keys()]).toEqual(['docker.io/library/web:latest'])
})

test('I15: an old image under the name is replaced', async () => {
  const node = new FakeNode('one', { [web.reference]: otherId })
  await rig(node).loader.load(web)
  expect(node.images.get(web.reference)).toBe(id)
})

test('I15: a node that has another image afterwards is an error that says both', async () => {
  const { loader, way } = rig(new FakeNode('one'))
  way.delivers = () => otherId
  const error: unknown = await loader.load(web).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ImageMismatchError)
  expect((error as Error).message).toBe(
    `node one has ${otherId} under the name ${web.reference}, where the engine has ${id}`,
  )
  expect(way.sent).toEqual(['one'])
})

test('I21: what fails in passing is tried again where it failed, and each attempt is told', async () => {
  const [one, two] = [new FakeNode('one'), new FakeNode('two')]
  const { loader, way, clock } = rig(one, two)
  way.failures.push(failure('', 255))
  const lines: string[] = []
  const load = await clock.run(loader.load(web, { onLine: (_, line) => lines.push(line) }))
  expect(way.sent).toEqual(['one', 'two', 'one'])
  expect(load).toMatchObject({ attempts: 2, bytesSent: 210, nodes: [{ bytesSent: 110 }, { bytesSent: 100 }] })
  expect(lines).toEqual(['attempt 1 of 4 to load localhost/web:dev into one failed: podman lost its session'])
})

test('I21: four attempts, with longer and longer pauses, and no more', async () => {
  const { loader, way, clock } = rig(new FakeNode('one'))
  way.failures.push(...[1, 2, 3, 4, 5].map((count) => failure(`connection reset (${count})`, 1)))
  const load = clock.run(loader.load(web))
  await expect(load).rejects.toMatchObject({ stderr: 'connection reset (4)' })
  expect(way.sent).toHaveLength(4)
  expect(clock.now()).toBe(3_000)
})

test('what only fails again is not tried again, even beside what may pass', async () => {
  const { loader, way } = rig(new FakeNode('one'), new FakeNode('two'))
  way.failures.push(failure('connection reset', 1), failure('no space left on device', 1))
  await expect(loader.load(web)).rejects.toMatchObject({ stderr: 'no space left on device' })
  expect(way.sent).toEqual(['one', 'two'])
})

test('what new nodes have is looked at once before the first load, and again for each later one', async () => {
  const node = new FakeNode('one')
  const { loader, way } = rig(node)
  const prepared: string[] = []
  Object.assign(way, {
    prepareNodes: async (nodes: readonly NodeCli[]) => void prepared.push(...nodes.map(({ name }) => name)),
  })
  await loader.prepare({})
  expect([prepared, node.commands]).toEqual([['one'], ['list']])
  await loader.load(web)
  expect(node.commands).toHaveLength(1)
  await loader.load({ reference: 'localhost/api:dev', id: otherId })
  expect(node.commands).toHaveLength(2)
})

test('nodes that cannot be prepared are looked at by the first load', async () => {
  const node = new FakeNode('one')
  const { loader, way } = rig(node)
  const answer = node.exec
  node.exec = async () => {
    node.exec = answer
    throw failure('no such container', 125)
  }
  Object.assign(way, { prepareNodes: async () => Promise.reject(failure('no route', 1)) })
  await loader.prepare({})
  expect(await loader.load(web)).toMatchObject({ outcome: 'loaded' })
  expect(node.commands).toEqual(['list'])
})
