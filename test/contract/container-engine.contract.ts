import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ContainerEngine } from '../../src/drivers/container-engine.ts'
import { probeExitCode, probeProgram } from '../../src/drivers/podman/probe-program.ts'
import { CommandError } from '../../src/exec/command-error.ts'
import { processesWith } from '../rig/engine-snapshot.ts'
import { type EngineUnderTest, ScratchImages } from '../rig/scratch-images.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'
import { waitingProgram } from '../rig/waiting-program.ts'

const probe = probeProgram(process.arch)
const waiting = waitingProgram()

/** What every `ContainerEngine` promises, shown on a real one: images from scratch, and so no registry. */
export function containerEngineContract(name: string, make: () => EngineUnderTest): void {
  describe.runIf(probe !== undefined && waiting !== undefined)(name, () => {
    let engine: ContainerEngine
    let cli: EngineUnderTest['cli']
    let images: ScratchImages

    beforeEach(() => {
      const made = make()
      ;({ engine, cli } = made)
      images = new ScratchImages(made)
    })

    /** Where the engine puts its files for the rest of the test. */
    function ownTemporaryDirectory(): string {
      const directory = temporaryDirectory()
      vi.stubEnv('TMPDIR', directory)
      onTestFinished(() => void vi.unstubAllEnvs())
      return directory
    }

    async function failureOf(call: Promise<unknown>): Promise<CommandError> {
      const error: unknown = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(CommandError)
      return error as CommandError
    }

    const files = { 'src/a.txt': 'a', 'src/b.md': 'b', 'docs/c.md': 'c' }

    describe('builds', () => {
      test('an image that runs, and gives its ID', async () => {
        const image = images.named()
        const id = await images.build(image)
        expect(id).toMatch(/^sha256:[0-9a-f]{64}$/)
        expect(await engine.imageId(image)).toBe(id)
        let exitCode: unknown
        try {
          cli('run', '--rm', '--network=none', image)
        } catch (error) {
          exitCode = (error as { status?: unknown }).status
        }
        expect(exitCode).toBe(probeExitCode)
      })

      test('with its arguments and labels', async () => {
        const image = images.named()
        const labels = { 'dev.kindling.test': 'with spaces and = signs' }
        const Dockerfile =
          'FROM scratch\nARG MODE\nARG OTHER=default\nCOPY probe /\nLABEL mode=$MODE other=$OTHER\n'
        await images.build(image, { Dockerfile }, { args: { MODE: 'release build' }, labels })
        expect(images.labelsOf(image)).toMatchObject({ ...labels, mode: 'release build', other: 'default' })
      })

      test('up to its target', async () => {
        const image = images.named()
        const Dockerfile =
          'FROM scratch AS one\nCOPY probe /\nLABEL stage=one\nFROM one AS two\nLABEL stage=two\nCOPY missing /\n'
        await images.build(image, { Dockerfile }, { target: 'one' })
        expect(images.labelsOf(image)).toMatchObject({ stage: 'one' })
      })

      test('from the cache, unless it is to be fresh', async () => {
        const context = images.request(images.named('first'), {})
        const first = await images.buildOf(context, {})
        expect(await images.buildOf({ ...context, reference: images.named('second') }, {})).toBe(first)
        const fresh = { ...context, reference: images.named('third'), isFresh: true }
        expect(await images.buildOf(fresh, {})).not.toBe(first)
      })

      test('for the platform that is asked for', async () => {
        const image = images.named()
        const other = process.arch === 'arm64' ? 'amd64' : 'arm64'
        await images.build(image, {}, { platform: `linux/${other}` })
        expect(cli('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', image).trim()).toBe(
          `linux/${other}`,
        )
        expect(await engine.platformOf(image)).toMatch(new RegExp(`^linux/${other}(/|$)`))
      })

      test('and announces its instructions in its output', async () => {
        const lines: string[] = []
        const options = { onLine: (_: unknown, line: string) => lines.push(line) }
        const Dockerfile = 'FROM scratch\nCOPY probe /one\nCOPY probe /two\n'
        await images.buildOf(images.request(images.named(), { Dockerfile }), options)
        const steps = lines.flatMap((line) => engine.parseStep(line) ?? [])
        const announced = steps.map(({ instruction }) => instruction)
        expect(announced).toEqual(expect.arrayContaining(['COPY probe /one', 'COPY probe /two']))
        const last = steps.findLast(({ instruction }) => instruction === 'COPY probe /two')
        expect(last).toMatchObject({ number: last?.total })
        // An engine that works on several at once says which of them has ended, and after how long.
        const started = new Set(steps.flatMap(({ vertex }) => vertex ?? []))
        const ended = lines.flatMap((line) => engine.parseStepEnd(line)?.vertex ?? [])
        expect(ended).toEqual(expect.arrayContaining([...started]))
      })

      test('or fails in its own words', async () => {
        const image = images.named()
        const failure = await failureOf(
          images.build(image, { Dockerfile: 'FROM scratch\nCOPY missing.txt /\n' }),
        )
        expect(failure.reason).toBe('exit')
        expect(failure.tail).toContain('missing.txt')
        expect(await engine.imageId(image)).toBeUndefined()
      })

      test('or fails at a command, which is the last instruction it announces', async () => {
        const image = images.named()
        const lines: string[] = []
        const options = { onLine: (_: unknown, line: string) => lines.push(line) }
        const program = `/fail-${images.owner}`
        const Dockerfile = `FROM scratch\nCOPY probe ${program}\nRUN ["${program}"]\nCOPY probe /after\n`
        const failure = await failureOf(images.buildOf(images.request(image, { Dockerfile }), options))
        expect(failure.tail).toContain(`${probeExitCode}`)
        const steps = lines.flatMap((line) => engine.parseStep(line) ?? [])
        expect(steps.at(-1)?.instruction.replaceAll(/["[\]]/g, '')).toBe(`RUN ${program}`)
        expect(await engine.imageId(image)).toBeUndefined()
        await engine.removeUnfinished(images.owner)
        expect(cli('ps', '--all', '--no-trunc')).not.toContain(program)
      })

      test('until it is cancelled: then it ends, and leaves nothing', async () => {
        const image = images.named()
        const program = `wait-${images.owner}`
        const Dockerfile = `FROM scratch\nCOPY ${program} /\nRUN ["/${program}"]\n`
        const asked = images.request(image, { Dockerfile })
        const temporary = ownTemporaryDirectory()
        writeFileSync(join(asked.context, program), waiting ?? '')
        chmodSync(join(asked.context, program), 0o755)
        const abort = new AbortController()
        const building = failureOf(images.buildOf(asked, { signal: abort.signal }))
        await expect.poll(() => processesWith(`/${program}`).some(isProgram), { timeout: 60_000 }).toBe(true)
        abort.abort()
        expect((await building).reason).toBe('cancelled')
        await engine.removeUnfinished(images.owner)
        await expect.poll(() => processesWith(`/${program}`).some(isProgram), { timeout: 60_000 }).toBe(false)
        await expect.poll(() => cli('ps', '--all', '--no-trunc'), { timeout: 60_000 }).not.toContain(program)
        expect(await engine.imageId(image)).toBeUndefined()
        expect(readdirSync(temporary)).toEqual([])

        function isProgram(line: string): boolean {
          return line.trim().replace(/^\d+\s+/, '') === `/${program}`
        }
      })

      test('with its signal aborted before, not at all', async () => {
        const image = images.named()
        const options = { signal: AbortSignal.abort() }
        expect((await failureOf(images.buildOf(images.request(image, {}), options))).reason).toBe('cancelled')
        expect(await engine.imageId(image)).toBeUndefined()
      })
    })

    describe('builds on images of this run', () => {
      const onBase =
        'ARG NAME=shop/base\nFROM ${NAME} AS main\nCOPY --from=shop/base /probe /context/copied\n'
      const both = (base: string) =>
        new Map([
          ['shop/base', base],
          ['${NAME}', base],
        ])

      test('that a Dockerfile calls by names of its own', async () => {
        const [base, image] = [images.named('base'), images.named()]
        await images.build(base, {}, { labels: { 'dev.kindling.test.base': images.owner } })
        await images.build(image, { Dockerfile: onBase }, { baseImages: both(base) })
        expect(images.labelsOf(image)).toMatchObject({ 'dev.kindling.test.base': images.owner })
        expect(images.filesIn(image)).toEqual(['copied'])
      })

      test.each([
        ['.dockerignore', 'Dockerfile'],
        ['docker/web.Dockerfile.dockerignore', 'docker/web.Dockerfile'],
      ])('and still obeys %s', async (ignoreFile, dockerfile) => {
        const [base, image] = [images.named('base'), images.named()]
        await images.build(base)
        const text = 'FROM shop/base\nCOPY . /context/\n'
        const asked = images.request(
          image,
          { ...files, [dockerfile]: text, [ignoreFile]: '*\n!src/*.txt\n' },
          { baseImages: new Map([['shop/base', base]]) },
        )
        await images.buildOf({ ...asked, dockerfile: join(asked.context, dockerfile) }, {})
        expect(images.filesIn(image)).toEqual(['src/a.txt'])
      })

      test('and leaves no file of its own behind', async () => {
        const [base, image] = [images.named('base'), images.named()]
        await images.build(base)
        const succeeds = images.request(image, { Dockerfile: onBase }, { baseImages: both(base) })
        const fails = images.request(
          image,
          { Dockerfile: `${onBase}COPY missing.txt /\n` },
          { baseImages: both(base) },
        )
        const temporary = ownTemporaryDirectory()
        await images.buildOf(succeeds, {})
        await failureOf(images.buildOf(fails, {}))
        expect(readdirSync(temporary)).toEqual([])
      })
    })

    describe('obeys the ignore file', () => {
      test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
        ['of the context', { '.dockerignore': '**/*.md\nprobe\nDockerfile\n.dockerignore\n' }, ['src/a.txt']],
        [
          'of the Dockerfile alone, where it has one',
          { '.dockerignore': 'src\n', 'Dockerfile.dockerignore': '*\n!src\n!docs/c.md\n' },
          ['docs/c.md', 'src/a.txt', 'src/b.md'],
        ],
        ["in podman's name for it", { '.containerignore': '*\n!docs\n' }, ['docs/c.md']],
      ])('%s', async (_, ignoreFiles, seen) => {
        const image = images.named()
        await images.build(image, {
          ...files,
          ...ignoreFiles,
          Dockerfile: 'FROM scratch\nCOPY . /context/\n',
        })
        expect(images.filesIn(image)).toEqual(seen)
      })
    })

    describe('finds images', () => {
      test('by name, and knows no others', async () => {
        expect(await engine.imageId(`localhost/${images.owner}/nobody:1`)).toBeUndefined()
        expect(await engine.platformOf(`localhost/${images.owner}/nobody:1`)).toBeUndefined()
      })

      test('by their ID', async () => {
        const id = await images.build(images.named())
        expect(await engine.imageId(id)).toBe(id)
      })

      test('and says how large they are and when they were made, those that are there', async () => {
        const Dockerfile = 'FROM scratch\nCOPY probe /a\nCOPY probe /b\n'
        const small = await images.build(images.named('small'))
        const large = await images.build(images.named('large'), { Dockerfile })
        const facts = await engine.imageFacts([small, large, `sha256:${'0'.repeat(64)}`])
        expect([...facts.keys()].sort()).toEqual([small, large].sort())
        expect(facts.get(small)?.bytes).toBeGreaterThan(0)
        expect(facts.get(large)?.bytes).toBeGreaterThan(facts.get(small)?.bytes ?? 0)
        expect(facts.get(large)?.createdMs).toBeGreaterThan(Date.parse('2020-01-01'))
        expect(facts.get(large)?.createdMs).toBeLessThan(Date.now() + 60_000)
        expect(await engine.imageFacts([])).toEqual(new Map())
      })

      test('that carry all of some labels', async () => {
        const [both, one] = [images.named('both'), images.named('one')]
        const labels = { 'dev.kindling.test.owner': images.owner, 'dev.kindling.test.second': 'yes' }
        const id = await images.build(both, {}, { labels })
        // podman takes the labels of cached layers along: another instruction, so that there are none.
        const Dockerfile = 'FROM scratch\nCOPY probe /one\n'
        await images.build(one, { Dockerfile }, { labels: { 'dev.kindling.test.owner': images.owner } })
        expect(await engine.findImages(labels)).toEqual([
          { id, references: [both], labels: expect.objectContaining(labels) },
        ])
        expect(await engine.findImages({ 'dev.kindling.test.owner': images.owner })).toHaveLength(2)
        expect(await engine.findImages({ 'dev.kindling.test.owner': `${images.owner}-not` })).toEqual([])
      })

      test('under all their names, each in full', async () => {
        const image = images.named()
        const labels = { 'dev.kindling.test.owner': images.owner }
        await images.build(image, {}, { labels })
        const others = [
          `docker.io/library/${images.owner}:1`,
          `registry.example.com:5000/${images.owner}/a:b`,
        ].map((name) => images.removed(name))
        for (const other of others) await engine.tag(image, other)
        const [found] = await engine.findImages(labels)
        expect([...(found?.references ?? [])].sort()).toEqual([image, ...others].sort())
      })
    })

    describe('names images', () => {
      test('and moves a name that exists', async () => {
        const [first, second] = [images.named('first'), images.named('second')]
        const id = await images.build(first)
        const other = await images.build(second, {}, { labels: { 'dev.kindling.test': 'other' } })
        const name = images.named('moving')
        await engine.tag(first, name)
        expect(await engine.imageId(name)).toBe(id)
        await engine.tag(other, name)
        expect(await engine.imageId(name)).toBe(other)
      })

      test('but none that it does not have', async () => {
        const failure = await failureOf(engine.tag(`localhost/${images.owner}/nobody:1`, images.named()))
        expect(failure.reason).toBe('exit')
      })

      test('I9: and takes a name back while the image keeps the others', async () => {
        const [first, second] = [images.named('first'), images.named('second')]
        const id = await images.build(first)
        await engine.tag(first, second)
        expect(await engine.removeImage(first)).toBe(true)
        expect(await engine.imageId(first)).toBeUndefined()
        expect(await engine.imageId(second)).toBe(id)
        expect(await engine.removeImage(second)).toBe(true)
        expect(await engine.imageId(id)).toBeUndefined()
      })
    })

    describe('removes quietly', () => {
      test('what is not there', async () => {
        expect(await engine.removeImage(`localhost/${images.owner}/nobody:1`)).toBe(false)
        expect(await engine.removeImage(`sha256:${'0'.repeat(64)}`)).toBe(false)
      })

      test('what a container uses: it stays', async () => {
        const image = images.named()
        const id = await images.build(image)
        images.container(image)
        expect(await engine.removeImage(image)).toBe(false)
        expect(await engine.imageId(image)).toBe(id)
      })

      test('an ID that goes by several names: it stays', async () => {
        const [first, second] = [images.named('first'), images.named('second')]
        const id = await images.build(first)
        await engine.tag(first, second)
        expect(await engine.removeImage(id)).toBe(false)
        expect(await engine.imageId(second)).toBe(id)
      })
    })

    describe('moves images by file', () => {
      test.each<[string, readonly string[]]>([
        ['one', ['localhost/OWNER/one:1']],
        [
          'several, with ports and paths in their names',
          ['localhost/OWNER/one:1', 'registry.example.com:5000/OWNER/two:2', 'localhost:5000/OWNER:3'],
        ],
      ])('%s', async (_, ofOwner) => {
        const names = ofOwner.map((name) => images.removed(name.replace('OWNER', images.owner)))
        const ids = new Map<string, string | undefined>()
        for (const name of names) ids.set(name, await images.build(name, {}, { labels: { name } }))
        const tar = join(temporaryDirectory(), 'images.tar')
        await engine.save(names, tar, {})
        for (const name of names) expect(await engine.removeImage(name)).toBe(true)
        expect([...(await engine.load(tar, {}))].sort()).toEqual([...names].sort())
        for (const name of names) expect(await engine.imageId(name)).toBe(ids.get(name))
      })

      test('I2: and tells the names in full', async () => {
        const name = images.removed(`docker.io/library/${images.owner}:1`)
        await images.build(name)
        const tar = join(temporaryDirectory(), 'images.tar')
        await engine.save([name], tar, {})
        expect(await engine.load(tar, {})).toEqual([name])
      })

      test('or says that it does not have them', async () => {
        const tar = join(temporaryDirectory(), 'images.tar')
        await failureOf(engine.save([`localhost/${images.owner}/nobody:1`], tar, {}))
        expect(existsSync(tar)).toBe(false)
      })

      test('or that the file is none', async () => {
        const directory = temporaryDirectory({ 'images.tar': 'this is no archive' })
        await failureOf(engine.load(join(directory, 'images.tar'), {}))
      })
    })

    test('makes an image of a root file system', async () => {
      const directory = temporaryDirectory({ 'root/context/hello.txt': images.owner })
      const tar = join(directory, 'root.tar')
      execFileSync('tar', ['-cf', tar, '-C', join(directory, 'root'), '.'])
      const image = images.named('rootfs')
      const labels = { 'dev.kindling.test.owner': images.owner, 'dev.kindling.base': 'true' }
      const id = await engine.importRootfs(tar, image, labels, {})
      expect(await engine.findImages(labels)).toEqual([{ id, references: [image], labels }])
      expect(images.filesIn(image)).toEqual(['hello.txt'])
    })
  })
}
