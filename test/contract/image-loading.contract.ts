import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { RunKind } from '../../src/drivers/node-images/archive-way.ts'
import { chooseWay } from '../../src/drivers/node-images/choose-way.ts'
import { ImageLoader, ImageMismatchError } from '../../src/drivers/node-images/image-loader.ts'
import { passingReason } from '../../src/drivers/node-images/load-failure.ts'
import { type LoadWay, loadWays } from '../../src/drivers/node-images/loading-way.ts'
import type { NodeCli } from '../../src/drivers/node-images/node.ts'
import { importIntoNode, readContent, untagInNode } from '../../src/drivers/node-images/node-commands.ts'
import { ociArchive } from '../../src/drivers/node-images/oci-archive.ts'
import { SkopeoLayers } from '../../src/drivers/node-images/skopeo.ts'
import type { Podman } from '../../src/drivers/podman/podman.ts'
import { CommandError } from '../../src/exec/command-error.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { isAlive, type ProcessIdentity } from '../../src/exec/process-tree.ts'
import { type EngineUnderTest, ScratchImages } from '../rig/scratch-images.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'

/** An engine, and the nodes of one cluster. */
export interface LoadingRig extends EngineUnderTest {
  readonly podman: Podman
  readonly cluster: string
  readonly nodes: readonly NodeCli[]
  readonly kind: RunKind
}

/** Whether a way sends no layer twice. */
const sparesLayers = (way: LoadWay) => way === 'missing-layers' || way === 'pull'

/** Whether a call of a node takes an image into it, by an import or by pulling. */
const takesIn = (command: readonly string[]) => command.some((word) => /images import|crictl pull/.test(word))

const kilobytes = (count: number) => 'x'.repeat(count * 1024)

/** What each way of loading promises; all of them leave the same behind. */
export function imageLoadingContract(
  name: string,
  make: () => LoadingRig,
  ways: readonly LoadWay[] = loadWays,
): void {
  describe.each(ways)(`${name}, %s`, (preference) => {
    let rig: LoadingRig
    let images: ScratchImages
    let directory: string
    let loader: ImageLoader

    beforeAll(() => {
      rig = make()
    })

    beforeEach(async () => {
      images = new ScratchImages(rig)
      directory = temporaryDirectory()
      loader = await loaderFor(rig.nodes)
      onTestFinished(async () => {
        const mine = (all: readonly string[]) => all.filter((image) => image.includes(images.owner))
        for (const node of rig.nodes) {
          await untagInNode(node, mine((await readContent(node, {})).names), {})
        }
      })
    })

    async function loaderFor(nodes: readonly NodeCli[], exec = new LocalExec()): Promise<ImageLoader> {
      const { podman: program, kind, cluster } = rig
      const own = mkdtempSync(join(directory, 'loader-'))
      const chosen = await chooseWay({ exec, program, kind, cluster, directory: own, preference })
      expect(chosen.way.name, chosen.reason).toBe(preference)
      const made = new ImageLoader({ nodes, way: chosen.way })
      onTestFinished(() => {
        made.close()
        expect(readdirSync(own)).toEqual([])
      })
      return made
    }

    async function built(
      reference: string,
      files: Readonly<Record<string, string>> = {},
    ): Promise<{ readonly reference: string; readonly id: string }> {
      return { reference, id: await images.build(reference, files) }
    }

    const idsIn = (reference: string) =>
      Promise.all(rig.nodes.map(async (node) => (await readContent(node, {})).idsOf(reference)))
    const everywhere = <T>(value: T) => rig.nodes.map(() => value)
    test('I2, I15: every node has the image with its ID under exactly its name', async () => {
      const image = await built(images.named())
      const load = await loader.load(image)
      expect(load).toMatchObject({ outcome: 'loaded', way: preference, attempts: 1 })
      expect(load.nodes.map(({ outcome }) => outcome)).toEqual(everywhere('loaded'))
      expect(load.bytesSent).toBe(load.nodes.reduce((sum, node) => sum + node.bytesSent, 0))
      expect(load.bytesSent).toBeGreaterThan(1024)
      expect(await idsIn(image.reference)).toEqual(everywhere([image.id]))
    })

    test('I2: what stands in a registry is known by its full name', async () => {
      const image = await built(images.removed(`docker.io/library/${images.owner}:dev`))
      await loader.load({ ...image, reference: `${images.owner}:dev` })
      expect(await idsIn(`docker.io/library/${images.owner}:dev`)).toEqual(everywhere([image.id]))
    })

    test('an image that is there already is not sent', async () => {
      const image = await built(images.named())
      await loader.load(image)
      const again = await loader.load(image)
      expect(again).toMatchObject({ outcome: 'reused', way: '', bytesSent: 0, bytesWritten: 0, attempts: 0 })
      expect(again.nodes.map(({ outcome }) => outcome)).toEqual(everywhere('present'))
    })

    test('nor is one that is there under another name: that is given', async () => {
      const image = await built(images.named('one'))
      await loader.load(image)
      const reference = images.named('two')
      await rig.engine.tag(image.id, reference)
      const load = await loader.load({ ...image, reference })
      expect(load).toMatchObject({ outcome: 'reused', bytesSent: 0 })
      expect(load.nodes.map(({ outcome }) => outcome)).toEqual(everywhere('tagged'))
      expect(await idsIn(reference)).toEqual(everywhere([image.id]))
    })

    test('I15: a name that has moved on in the engine moves on in the nodes', async () => {
      const reference = images.named()
      const first = await built(reference)
      await loader.load(first)
      const Dockerfile = 'FROM scratch\nCOPY probe other /\n'
      const second = await built(reference, { Dockerfile, other: 'changed' })
      await loader.load(second)
      expect(await idsIn(reference)).toEqual(everywhere([second.id]))
      await rig.engine.tag(first.id, reference)
      await loader.load(first)
      expect(await idsIn(reference)).toEqual(everywhere([first.id]))
    })

    test('I15: another image than the one that was asked for is an error that says both', async () => {
      const image = await built(images.named())
      const other = `sha256:${'0'.repeat(64)}`
      const error: unknown = await loader.load({ ...image, id: other }).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(ImageMismatchError)
      expect((error as Error).message).toContain(image.id)
      expect((error as Error).message).toContain(other)
    })

    test('layers that are empty, and one that stands there twice', async () => {
      const Dockerfile =
        'FROM scratch\nENV A=1\nCOPY probe /probe\nLABEL b=2\nCOPY same /same\nCOPY same /same\nUSER 1\n'
      const image = await built(images.named(), { Dockerfile, same: 'same' })
      await loader.load(image)
      expect(await idsIn(image.reference)).toEqual(everywhere([image.id]))
    })

    test("an image in docker's format keeps its ID", async () => {
      const reference = images.named()
      const { context, dockerfile } = images.request(reference, {
        Dockerfile: 'FROM scratch\nCOPY probe /\nHEALTHCHECK CMD ["/probe"]\n',
      })
      rig.cli('build', '--quiet', '--format=docker', '--tag', reference, '--file', dockerfile, context)
      const id = (await rig.engine.imageId(reference)) ?? ''
      await loader.load({ reference, id })
      expect(await idsIn(reference)).toEqual(everywhere([id]))
    })

    test('I24: an image that shares layers with one that is there', async () => {
      const common = { 'common.txt': kilobytes(512), Dockerfile: 'FROM scratch\nCOPY common.txt /\n' }
      const base = await built(images.named('base'), common)
      await loader.load(base)
      const Dockerfile = `FROM ${base.reference}\nCOPY probe /\n`
      const load = await loader.load(await built(images.named('image'), { Dockerfile }))
      const perNode = load.bytesSent / rig.nodes.length
      if (sparesLayers(preference)) expect(perNode).toBeLessThan(64 * 1024)
      else expect(perNode).toBeGreaterThan(512 * 1024)
    })

    test('I24: images that share layers, all at once', async () => {
      const common = { 'common.txt': kilobytes(512), Dockerfile: 'FROM scratch\nCOPY common.txt /\n' }
      const base = await built(images.named('base'), common)
      const all: { reference: string; id: string }[] = []
      for (const index of [1, 2, 3, 4, 5]) {
        const Dockerfile = `FROM ${base.reference}\nCOPY probe own /\n`
        all.push(await built(images.named(`image-${index}`), { Dockerfile, own: String(index) }))
      }
      const loads = await Promise.all(all.map((image) => loader.load(image)))
      for (const image of all) expect(await idsIn(image.reference)).toEqual(everywhere([image.id]))
      const sent = loads.reduce((sum, load) => sum + load.bytesSent, 0) / rig.nodes.length / (512 * 1024)
      if (sparesLayers(preference)) {
        expect(sent).toBeLessThan(2)
        expect(loads.reduce((sum, load) => sum + load.bytesWritten, 0)).toBeLessThan(2 * 512 * 1024)
      } else {
        expect(sent).toBeGreaterThan(5)
      }
    })

    test('a node that has it is left alone while the others get it', async () => {
      const [first] = rig.nodes
      if (first === undefined) return
      const image = await built(images.named())
      await (await loaderFor([first])).load(image)
      const load = await loader.load(image)
      expect(load.nodes.map(({ outcome }) => outcome)).toEqual(['present', ...everywhere('loaded').slice(1)])
      expect(await idsIn(image.reference)).toEqual(everywhere([image.id]))
    })

    test('I21: an import that fails now and then is tried again, and told', async () => {
      const image = await built(images.named())
      const lines: string[] = []
      const flaky = rig.nodes.map((node) => failingOnce(node))
      const load = await (await loaderFor(flaky)).load(image, { onLine: (_, line) => lines.push(line) })
      // Kind does not call the nodes through us.
      expect(load.attempts).toBe(preference === 'archive' ? 1 : 2)
      const told = lines.filter((line) => line.startsWith('attempt 1 of 4 '))
      expect(told).toHaveLength(preference === 'archive' ? 0 : 1)
      expect(await idsIn(image.reference)).toEqual(everywhere([image.id]))
    })

    test('an import that was cut off has left nothing that would be taken for the image', async () => {
      const image = await built(images.named())
      await Promise.all(
        rig.nodes.map(async (node) => {
          const error: unknown = await importIntoNode(
            node,
            await archiveWithoutLayers(image),
            'overlayfs',
            {},
          )
            .then(() => undefined)
            .catch((reason: unknown) => reason)
          expect((error as CommandError).stderr).toMatch(/content digest sha256:[0-9a-f]{64}: not found/)
          expect(passingReason(error)).toBeDefined()
        }),
      )
      const load = await loader.load(image)
      expect(load.outcome).toBe('loaded')
      expect(await idsIn(image.reference)).toEqual(everywhere([image.id]))
    })

    test('an image that the engine does not have is an error', async () => {
      const reference = images.named('nobody')
      const error: unknown = await loader
        .load({ reference, id: `sha256:${'1'.repeat(64)}` })
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(CommandError)
      expect(await idsIn(reference)).toEqual(everywhere([]))
    })

    test('an abort ends it, and leaves no process and no file', async () => {
      const started: ProcessIdentity[] = []
      const exec = new LocalExec({ onSpawn: (identity) => started.push(identity) })
      const controller = new AbortController()
      const aborting = rig.nodes.map((node) => ({
        name: node.name,
        exec: (...[command, options]: Parameters<NodeCli['exec']>) => {
          const run = node.exec(command, options)
          if (takesIn(command) || preference === 'archive') controller.abort(new Error('enough'))
          return run
        },
      }))
      const image = await built(images.named())
      const made = await loaderFor(aborting, exec)
      const error: unknown = await made
        .load(image, { signal: controller.signal })
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(Error)
      expect(controller.signal.aborted).toBe(true)
      expect(started.filter(isAlive)).toEqual([])
    })

    /** As an import has it that ends in the middle. */
    async function archiveWithoutLayers(image: {
      readonly reference: string
      readonly id: string
    }): Promise<AsyncIterable<Uint8Array>> {
      const source = new SkopeoLayers(new LocalExec(), rig.podman.variables)
      return ociArchive(image.reference, await source.describe(image.id, {}), () => 1024, new Map())
    }
  })
}

/** A node whose first import ends as one does whose session is lost. */
function failingOnce(node: NodeCli): NodeCli {
  let hasFailed = false
  return {
    name: node.name,
    exec: (command, options) => {
      if (!takesIn(command) || hasFailed) return node.exec(command, options)
      hasFailed = true
      return node.exec(['sh', '-c', 'exit 255'], options)
    },
  }
}
