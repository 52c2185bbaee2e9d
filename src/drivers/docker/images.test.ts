import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type FakeAnswer, FakeExec, type FakePrograms } from '../../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { transcript } from '../../../test/rig/transcript.ts'
import type { BuildRequest } from '../container-engine.ts'
import { Docker } from './docker.ts'
import { DockerImages } from './images.ts'

const id = `sha256:${'f'.repeat(64)}`
const rules = { baseImages: () => [], ignoreFileOf: () => undefined, contextFiles: () => [] }

function imagesOn(programs: FakePrograms): { images: DockerImages; exec: FakeExec } {
  const exec = new FakeExec(programs)
  return { images: new DockerImages(new Docker(exec), rules), exec }
}

type Answers = Readonly<Record<string, FakeAnswer>>

/** Answers to some of docker's commands, by their first words. */
function docker(answers: Answers, builder: 'buildkit' | 'legacy' = 'buildkit'): FakePrograms {
  const all: Answers = { 'build --help': { stdout: builder === 'buildkit' ? '--progress' : '' }, ...answers }
  return ({ args }) => {
    const line = args.join(' ')
    return Object.entries(all).find(([start]) => line.startsWith(start))?.[1] ?? {}
  }
}

/** The same question, answered differently each time. */
function inTurn(...answers: readonly FakeAnswer[]): () => FakeAnswer {
  const left = [...answers]
  return () => left.shift() ?? {}
}

function request(changes: Partial<BuildRequest> = {}): BuildRequest {
  const context = temporaryDirectory({ Dockerfile: 'FROM scratch\n' })
  return {
    reference: 'localhost/shop/api:1',
    owner: 'shop-e2e-1',
    dockerfile: join(context, 'Dockerfile'),
    context,
    args: {},
    labels: {},
    baseImages: new Map(),
    ...changes,
  }
}

const tools = ['docker-20.10.24', 'docker-28.2.2'] as const

describe('a build', () => {
  test('names everything that decides the image', async () => {
    const { images, exec } = imagesOn(docker({ 'image inspect': { stdout: `${id}\n` } }))
    const full = request({
      target: 'production',
      platform: 'linux/arm64',
      args: { MODE: 'release build', EMPTY: '' },
      labels: { 'dev.kindling.fingerprint': 'abc' },
      isFresh: true,
    })
    expect(await images.build(full, {})).toBe(id)
    expect(exec.commands[1]?.args).toEqual([
      ...['build', '--tag', 'localhost/shop/api:1', '--progress=plain', '--target', 'production'],
      ...['--no-cache', '--platform', 'linux/arm64'],
      ...['--build-arg', 'MODE=release build', '--build-arg', 'EMPTY='],
      ...['--label', 'dev.kindling.fingerprint=abc', '--file', full.dockerfile, full.context],
    ])
    expect(exec.commands[1]?.env).toMatchObject({ DOCKER_BUILDKIT: '1', BUILDX_BUILDER: undefined })
  })

  test('by the legacy builder keeps no container that failed, and knows no option of BuildKit', async () => {
    const { images, exec } = imagesOn(docker({ 'image inspect': { stdout: id } }, 'legacy'))
    await images.build(request(), {})
    const { args, env } = exec.commands[1] ?? {}
    expect(args).toContain('--force-rm')
    expect(args).not.toContain('--progress=plain')
    expect(env).toMatchObject({ DOCKER_BUILDKIT: '0' })
  })

  test('shows its output to its listener, but not that of the questions around it', async () => {
    const { images } = imagesOn(
      docker({ 'build --tag': { stderr: '#1 [1/1] COPY a b' }, 'image inspect': { stdout: id } }),
    )
    const lines: string[] = []
    await images.build(request(), { onLine: (stream, line) => lines.push(`${stream} ${line}`) })
    expect(lines).toEqual(['stderr #1 [1/1] COPY a b'])
  })
})

test('an image that is not here has no id', async () => {
  for (const tool of tools) {
    const stderr = transcript('inspect-unknown.stderr.txt', tool)
    const { images, exec } = imagesOn(docker({ 'image inspect': { exitCode: 1, stderr } }))
    expect(await images.imageId('localhost/x:1')).toBeUndefined()
    expect(exec.lines).toEqual([`docker image inspect --format '{{.Id}}' localhost/x:1`])
  }
})

test('a daemon that does not answer is not taken for an image that is not here', async () => {
  const stderr = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'
  const { images } = imagesOn(() => ({ exitCode: 1, stderr }))
  await expect(images.imageId('localhost/x:1')).rejects.toThrow('docker exited with code 1')
  await expect(images.removeImage('localhost/x:1')).rejects.toThrow('docker exited with code 1')
  await expect(images.findImages({ a: 'b' })).rejects.toThrow('docker exited with code 1')
})

test('an image is removed quietly, also when it is gone, used by a container or known by more names', async () => {
  expect(await imagesOn(docker({})).images.removeImage('x:1')).toBe(true)
  for (const tool of tools) {
    const refusals = transcript('rmi-refusals.stderr.txt', tool).trim().split('\n')
    expect(refusals).toHaveLength(3)
    for (const stderr of refusals) {
      expect(await imagesOn(docker({ rmi: { exitCode: 1, stderr } })).images.removeImage('x:1')).toBe(false)
    }
  }
})

describe('images are found', () => {
  const entry = (id: string, labels: Record<string, string> | null, names: string[] | null = []) =>
    JSON.stringify({ id, names, labels })

  test('by all their labels, each once however many names it has, and the names in full', async () => {
    const { images, exec } = imagesOn(
      docker({
        images: { stdout: 'sha256:a\nsha256:a\nsha256:b\nsha256:c\n' },
        'image inspect': {
          stdout: [
            entry('sha256:a', { one: '1', two: '2' }, ['shop/a:1', 'localhost/shop/a:1']),
            entry('sha256:b', { one: '1' }),
            entry('sha256:c', null, null),
          ].join('\n'),
        },
      }),
    )
    expect(await images.findImages({ one: '1', two: '2' }, { all: true })).toEqual([
      {
        id: 'sha256:a',
        references: ['docker.io/shop/a:1', 'localhost/shop/a:1'],
        labels: { one: '1', two: '2' },
      },
    ])
    expect(exec.lines[0]).toBe('docker images --all --filter label=one=1 --quiet --no-trunc')
    expect(exec.commands[1]?.args.slice(-3)).toEqual(['sha256:a', 'sha256:b', 'sha256:c'])
  })

  test('anew when one of them is gone meanwhile', async () => {
    const list = inTurn({ stdout: 'sha256:a\nsha256:b' }, { stdout: 'sha256:b' })
    const inspect = inTurn(
      { exitCode: 1, stderr: transcript('inspect-unknown.stderr.txt', 'docker-20.10.24') },
      { stdout: entry('sha256:b', { one: '1' }) },
    )
    const { images } = imagesOn(({ args }) => (args[0] === 'images' ? list() : inspect()))
    expect(await images.findImages({ one: '1' })).toMatchObject([{ id: 'sha256:b' }])
  })

  test('nowhere, and nothing more is asked', async () => {
    const { images, exec } = imagesOn(docker({}))
    expect(await images.findImages({ one: '1' })).toEqual([])
    expect(exec.lines).toHaveLength(1)
  })
})

describe('an upload', () => {
  const target = 'registry.example.com:5000/shop/api:1'
  const unknown = { exitCode: 1, stderr: 'Error: No such image' }

  test('leaves no name behind, well or badly', async () => {
    for (const push of [{}, { exitCode: 1, stderr: 'denied' }]) {
      const { images, exec } = imagesOn(docker({ 'image inspect': unknown, push }))
      await images.push('localhost/shop/api:1', target, {}).catch(() => {})
      expect(exec.lines.slice(1)).toEqual([
        `docker tag localhost/shop/api:1 ${target}`,
        `docker push ${target}`,
        `docker rmi ${target}`,
      ])
    }
  })

  test('gives a name that was there back to its image', async () => {
    const { images, exec } = imagesOn(docker({ 'image inspect': { stdout: id } }))
    await images.push('localhost/shop/api:1', target, {})
    expect(exec.lines.at(-1)).toBe(`docker tag ${id} ${target}`)
  })
})

describe('several platforms', () => {
  const unknown = { exitCode: 1, stderr: 'Error: No such image' }
  const target = 'registry.example.com/shop/api:1'

  test('are uploaded one by one, and then as a list that the registry makes', async () => {
    const { images, exec } = imagesOn(docker({ 'image inspect': unknown }))
    const parts = ['amd64', 'arm64'].map((arch) => ({
      reference: `localhost/shop/api:1-${arch}`,
      target: `${target}-${arch}`,
    }))
    await images.pushList({ parts, target, owner: 'build-1' }, {})
    expect(exec.lines.filter((line) => /push|imagetools/.test(line))).toEqual([
      `docker push ${target}-amd64`,
      `docker push ${target}-arm64`,
      `docker buildx imagetools create --tag ${target} ${target}-amd64 ${target}-arm64`,
    ])
  })

  test('take the plugin buildx, and the lack of it is said', async () => {
    expect(await imagesOn(docker({})).images.listProblem()).toBeUndefined()
    const stderr = "docker: 'buildx' is not a docker command."
    const { images } = imagesOn(docker({ 'buildx version': { exitCode: 1, stderr } }))
    expect((await images.listProblem())?.message).toContain('buildx')
  })

  const pull = {
    reference: 'docker.io/library/node:20',
    platform: 'linux/arm64',
    name: 'localhost/n:1',
    owner: 'b',
  }

  test('are fetched under names of ours, and the name that is there means what it meant', async () => {
    const { images, exec } = imagesOn(docker({ 'image inspect': { stdout: id } }))
    expect(await images.pullFor(pull, {})).toBe(id)
    expect(exec.lines.filter((line) => !line.includes('inspect'))).toEqual([
      `docker pull --platform linux/arm64 ${pull.reference}`,
      `docker tag ${pull.reference} ${pull.name}`,
      `docker tag ${id} ${pull.reference}`,
    ])
  })

  test('that the registry does not have are no failure, but none', async () => {
    const stderr = 'no matching manifest for linux/arm64 in the manifest list entries'
    const { images } = imagesOn(
      docker({ 'image inspect': unknown, 'pull --platform': { exitCode: 1, stderr } }),
    )
    expect(await images.pullFor(pull, {})).toBeUndefined()
  })
})

test('I2: what was loaded is told by full names', async () => {
  const stdout = 'Loaded image: shop/api:1\nLoaded image: localhost:5000/api:2\nLoaded image ID: sha256:0\n'
  expect(await imagesOn(docker({ load: { stdout } })).images.load('/tmp/x.tar', {})).toEqual([
    'docker.io/shop/api:1',
    'localhost:5000/api:2',
  ])
})

test('a root file system becomes an image with our labels', async () => {
  const { images, exec } = imagesOn(docker({ 'image inspect': { stdout: id } }))
  await images.importRootfs('/tmp/root.tar', 'localhost/base/x:1', { 'dev.kindling.base': 'true' }, {})
  expect(exec.lines[0]).toBe(
    `docker import --change 'LABEL "dev.kindling.base"="true"' /tmp/root.tar localhost/base/x:1`,
  )
})
