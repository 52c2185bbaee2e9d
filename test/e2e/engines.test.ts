import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Docker } from '../../src/drivers/docker/docker.ts'
import { DockerImages } from '../../src/drivers/docker/images.ts'
import { openEngine } from '../../src/drivers/engines.ts'
import { PodmanImages } from '../../src/drivers/podman/images.ts'
import { type EngineMemory, type OpenedPodman, openPodman } from '../../src/drivers/podman/open-podman.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { baseImages } from '../../src/images/base-images.ts'
import { contextFiles, ignoreFileOf } from '../../src/images/context-files.ts'
import {
  familiarReference,
  formatReference,
  parseReference,
  withDefaultTag,
} from '../../src/util/image-reference.ts'
import { containerEngineContract } from '../contract/container-engine.contract.ts'
import { type DockerDaemon, dockerDaemon, dockerPrograms, dockerSource } from '../rig/docker-daemon.ts'
import type { EngineUnderTest } from '../rig/scratch-images.ts'

const exec = new LocalExec()
const rules = { baseImages, contextFiles, ignoreFileOf }
const state = mkdtempSync(join(tmpdir(), 'kindling-engines-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

const memory: EngineMemory = {
  confFile: join(state, 'containers.conf'),
  read: () => {
    const file = join(state, 'settings.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  },
  write: (text, to) => writeFileSync(join(state, to === 'conf' ? 'containers.conf' : 'settings.json'), text),
}

const run = (program: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
  execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })

/** Names as people write them. */
const names = (unique: string) => [
  unique,
  `${unique}:1`,
  `shop/${unique}:dev`,
  `localhost/shop/${unique}:1`,
  `localhost/${unique}`,
  `localhost:5000/${unique}:2`,
  `registry.example.com/shop/deep/${unique}:1`,
  `registry.example.com:5000/${unique}`,
  `docker.io/${unique}:3`,
  `docker.io/library/${unique}:4`,
  `index.docker.io/shop/${unique}:5`,
]

/** What an engine itself lists an image as, when it has been given this name. */
function listedAs(cli: EngineUnderTest['cli'], image: string, name: string): string {
  const before = new Set(tagsOf(cli, image))
  cli('tag', image, name)
  const added = tagsOf(cli, image).filter((tag) => !before.has(tag))
  for (const tag of added) cli('rmi', tag)
  expect(added).toHaveLength(1)
  return added[0] ?? ''
}

const tagsOf = (cli: EngineUnderTest['cli'], image: string) =>
  JSON.parse(cli('image', 'inspect', '--format', '{{json .RepoTags}}', image)) as string[]

/** An image with a name of its own, as the engine's program makes it. */
function someImage(cli: EngineUnderTest['cli']): { readonly image: string; readonly unique: string } {
  const unique = `kindling-test-${randomBytes(5).toString('hex')}`
  const directory = mkdtempSync(join(state, 'root-'))
  writeFileSync(join(directory, unique), unique)
  execFileSync('tar', ['-cf', join(directory, 'root.tar'), '-C', directory, unique])
  const image = `localhost/${unique}/image:0`
  cli('import', join(directory, 'root.tar'), image)
  onTestFinished(() => void cli('rmi', image))
  return { image, unique }
}

describe('podman', () => {
  let opened: OpenedPodman
  beforeAll(async () => {
    const result = await openPodman(exec, memory)
    if ('problem' in result) throw new Error(`${result.problem.message}\n${result.problem.detail}`)
    opened = result.opened
  })
  const cli: EngineUnderTest['cli'] = (...args) =>
    run('podman', args, opened.workaround === undefined ? {} : { CONTAINERS_CONF: memory.confFile })

  containerEngineContract('podman', () => ({ engine: new PodmanImages(opened.podman), cli }))

  test('I2: what parseReference says of a name is what podman lists for it', () => {
    const { image, unique } = someImage(cli)
    for (const name of names(unique)) {
      const full = formatReference(withDefaultTag(parseReference(name)))
      expect(listedAs(cli, image, full)).toBe(full)
    }
  })

  test('I11: a short name means something else to podman, which is why Kindling gives it none', () => {
    const { image, unique } = someImage(cli)
    expect(listedAs(cli, image, `shop/${unique}:1`)).toBe(`localhost/shop/${unique}:1`)
  })

  test('is the engine that is taken first', async () => {
    expect(await openEngine(exec, { memory, rules })).toMatchObject({
      opened: { name: 'podman' },
      refused: [],
    })
  })

  test('that is not where CONTAINER_HOST says is refused, with that address', async () => {
    vi.stubEnv('CONTAINER_HOST', `unix://${state}/nobody.sock`)
    onTestFinished(() => void vi.unstubAllEnvs())
    const elsewhere = { ...memory, read: () => undefined, write: () => {} }
    const { opened, refused } = await openEngine(exec, { memory: elsewhere, rules, preference: 'podman' })
    expect(opened).toBeUndefined()
    expect(refused).toMatchObject([{ name: 'podman', problem: { code: 'E_ENGINE_UNUSABLE' } }])
    expect(refused[0]?.problem.message).toContain(`unix://${state}/nobody.sock`)
  })
})

interface Variant {
  readonly name: string
  readonly program: string
  readonly builder: 'buildkit' | 'legacy'
}

/** Each docker on this machine, with each builder it has. */
function variants(): Variant[] {
  return dockerPrograms().flatMap((program) => {
    const ask = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
      spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } }).stdout
    const version = /\d+\.\d+\.\d+/.exec(ask({}, '--version'))?.[0]
    const hasBuildKit = ask({ DOCKER_BUILDKIT: '1' }, 'build', '--help').includes('--progress')
    const legacy = { name: `docker ${version} with its legacy builder`, program, builder: 'legacy' as const }
    if (!hasBuildKit) return [legacy]
    return [{ name: `docker ${version} with BuildKit`, program, builder: 'buildkit' as const }, legacy]
  })
}

const source = dockerSource()

describe('docker', () => {
  if (typeof source === 'object') {
    test('is held to the same contract', ({ skip }) => skip(source.missing))
    return
  }

  let daemon: DockerDaemon
  beforeAll(async () => {
    daemon = await dockerDaemon(source)
  })
  afterAll(() => daemon[Symbol.asyncDispose]())

  const reached = () => {
    for (const [name, value] of Object.entries(daemon.env)) vi.stubEnv(name, value)
    onTestFinished(() => void vi.unstubAllEnvs())
  }

  describe.each(variants())('$name', ({ name, program, builder }) => {
    const env = () => ({ ...daemon.env, DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0' })
    const cli: EngineUnderTest['cli'] = (...args) => run(program, args, env())
    const docker = () => new Docker(exec, { program, env: env() })

    test('is recognised', async () => {
      expect(await docker().builder()).toBe(builder)
    })

    containerEngineContract(name, () => ({ engine: new DockerImages(docker(), rules), cli }))
  })

  const [program = 'docker'] = dockerPrograms()
  const cli: EngineUnderTest['cli'] = (...args) => run(program, args, daemon.env)

  test('I2: what parseReference says of a name is what docker lists for it, in its short form', () => {
    const { image, unique } = someImage(cli)
    for (const name of names(unique)) {
      const reference = withDefaultTag(parseReference(name))
      expect(listedAs(cli, image, name)).toBe(familiarReference(reference))
      expect(listedAs(cli, image, formatReference(reference))).toBe(familiarReference(reference))
    }
  })

  test('is opened when it is asked for', async () => {
    reached()
    const result = await openEngine(exec, { memory, rules, preference: 'docker' })
    expect(result).toMatchObject({ opened: { name: 'docker', version: expect.stringMatching(/^\d/) } })
    expect(await result.opened?.engine.imageId('localhost/kindling-test/nobody:1')).toBeUndefined()
  })

  test('whose daemon does not answer is refused, with the address of it', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { opened, refused } = await openEngine(exec, { memory, rules, preference: 'docker' })
    expect(opened).toBeUndefined()
    expect(refused).toMatchObject([{ name: 'docker', problem: { code: 'E_ENGINE_UNUSABLE' } }])
    expect(refused[0]?.problem.message).toContain('tcp://127.0.0.1:1')
  })
})
