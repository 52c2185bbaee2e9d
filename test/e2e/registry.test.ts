import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { machinePlatform } from '../../src/util/platform.ts'
import { PrivatePodman } from '../rig/private-podman.ts'
import { type Ended, Project } from '../rig/project.ts'
import {
  type Gate,
  gateBefore,
  type Registry,
  type RegistrySource,
  registrySource,
  startRegistry,
} from '../rig/registry.ts'

interface Part {
  readonly reference: string
  readonly id: string
  readonly fingerprint: string
  readonly outcome: string
  readonly seconds: number
}

interface Built {
  readonly runDirectory: string
  readonly images: Readonly<Record<string, Part & { readonly platforms?: Readonly<Record<string, Part>> }>>
}

const other = machinePlatform === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
const both = [machinePlatform, other]

/** Images of one file each, which any machine can build for any platform; `lines` are their configuration. */
function files(...lines: readonly string[]): Record<string, string> {
  return {
    'kindling.yaml': `apiVersion: kindling/v1alpha1\nproject: small\nimages:\n  ${lines.join('\n  ')}\n`,
    Dockerfile: 'FROM scratch\nCOPY file /file\n',
    'on-base.Dockerfile': 'ARG BASE\nFROM ${BASE}\nCOPY file /file\n',
    file: 'hello',
    '.dockerignore': '*\n!file\n',
  }
}

const api = 'api: { dockerfile: Dockerfile }'

describe('a registry', () => {
  let source: RegistrySource = { missing: 'it has not been looked for' }
  let registry: Registry
  let podman: PrivatePodman

  beforeAll(async () => {
    source = registrySource()
    if ('missing' in source) return
    registry = await startRegistry(source.program)
    podman = new PrivatePodman()
  })
  afterAll(async () => {
    if ('missing' in source) return
    podman[Symbol.dispose]()
    await registry[Symbol.asyncDispose]()
  })

  const withRegistry = (name: string, work: () => Promise<void>) =>
    test(name, async ({ skip }) => {
      if ('missing' in source) skip(source.missing)
      await work()
    })

  /** A repository of which nothing may be left in the engine in the end. */
  function project(...lines: readonly string[]): Project {
    const made = new Project(files(...lines))
    made.env = podman.env
    return made
  }

  function builtBy(ended: Ended): Built {
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
    return JSON.parse(ended.stdout) as Built
  }

  const inRegistry = (reference: string) => reference.replace(/^localhost\//, `${registry.host}/`)

  /** What the registry itself says a name is. */
  async function manifestOf(reference: string): Promise<unknown> {
    const [, path = '', tag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(reference) ?? []
    const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
    const answer = await fetch(`http://${registry.host}/v2/${path}/manifests/${tag}`, { headers: { accept } })
    expect(answer.status).toBe(200)
    return answer.json()
  }

  /** The ID of what a name in the registry is for a platform. */
  function pulled(reference: string, platform: string): string {
    const pull = ['pull', '--quiet', '--tls-verify=false', '--platform', platform, reference]
    const id = podman.cli(...pull).trim()
    podman.cli('rmi', reference)
    return `sha256:${id}`
  }

  /** Puts an image for these platforms under `small/base:tag` into the registry. */
  async function base(tag: string, platforms: readonly string[]): Promise<string> {
    await using maker = project('base: { dockerfile: Dockerfile, repository: small/base }')
    const options = ['--tag', tag, '--platform', platforms.join(','), '--push', registry.host, '--cleanup']
    builtBy(await maker.kindling('build', ...options, '--output', 'json'))
    return `${registry.host}/small/base:${tag}`
  }

  withRegistry('without TLS on this machine takes what is pushed, and gives back the same', async () => {
    await using shop = project(api)
    const before = podman.images()
    const built = builtBy(await shop.kindling('build', '--push', registry.host, '--output', 'json'))
    const { reference = '', id } = built.images.api ?? {}
    expect(pulled(inRegistry(reference), machinePlatform)).toBe(id)
    expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
    expect(podman.images()).toEqual(before)
  })

  withRegistry('has what a build starts from: it is pulled once, and goes with `gc --all`', async () => {
    const reference = await base('for-one', [machinePlatform])
    const before = podman.images()
    await using shop = project(
      `base: { pull: "${reference}" }`,
      'api: { dockerfile: on-base.Dockerfile, args: { BASE: "${images.base.ref}" } }',
    )
    const first = await shop.kindling('build', '--output', 'json')
    builtBy(first)
    expect(first.stderr).toMatch(/pull:base\s+succeeded/)
    const second = await shop.kindling('build', '--output', 'json')
    expect(builtBy(second).images.api?.outcome).toBe('reused')
    expect(second.stderr).toMatch(/pull:base\s+reused/)
    expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
    expect(podman.images()).toEqual(before)
  })

  withRegistry('I5: that does not have an image says so, and nothing is tried again', async () => {
    await using shop = project(
      `base: { pull: "${registry.host}/small/nobody:1" }`,
      'api: { dockerfile: on-base.Dockerfile, args: { BASE: "${images.base.ref}" } }',
    )
    const { exitCode, stderr } = await shop.kindling('build')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('E_PULL_FAILED')
    expect(stderr).toContain('manifest unknown')
    expect(stderr).not.toMatch(/retr/i)
  })

  withRegistry('that is not there is told as one that cannot be reached', async () => {
    await using shop = project(api)
    const { exitCode, stderr } = await shop.kindling('build', '--push', '127.0.0.1:1', '--cleanup')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('E_PUSH_FAILED')
    expect(stderr).toContain('cannot be reached from here')
  })

  describe('that is busy for a while', () => {
    async function throughGate(gate: Gate): Promise<string[]> {
      await using shop = project(
        `base: { pull: "${gate.host}/small/base:busy" }`,
        'api: { dockerfile: on-base.Dockerfile, args: { BASE: "${images.base.ref}" } }',
      )
      const before = podman.images()
      const ended = await shop.kindling('build', '--push', gate.host, '--output', 'json')
      const { runDirectory, images } = builtBy(ended)
      expect(pulled(inRegistry(images.api?.reference ?? ''), machinePlatform)).toBe(images.api?.id)
      expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
      expect(podman.images()).toEqual(before)
      const events = await readEvents(join(runDirectory, 'events.ndjson'))
      return events.flatMap((event) => (event.type === 'task-retried' ? [event.task] : []))
    }

    withRegistry('I13: is asked again after a pause, for a pull', async () => {
      await base('busy', [machinePlatform])
      const gate = await gateBefore(registry, { status: 503, times: 2, what: /^GET .*base\/manifests/ })
      expect(await throughGate(gate)).toEqual(['pull:base', 'pull:base'])
      expect(gate.refusals()).toBe(2)
    })

    withRegistry('I13: or limits the rate, for which podman itself has patience', async () => {
      await base('busy', [machinePlatform])
      const gate = await gateBefore(registry, { status: 429, times: 1, what: /^GET .*base\/manifests/ })
      await throughGate(gate)
      expect(gate.refusals()).toBe(1)
    })

    withRegistry('I13: is asked again after a pause, for a push', async () => {
      await base('busy', [machinePlatform])
      const gate = await gateBefore(registry, { status: 503, times: 2, what: /^PUT .*api\/manifests/ })
      expect(await throughGate(gate)).toEqual(['push:api', 'push:api'])
      expect(gate.refusals()).toBe(2)
    })

    withRegistry('I13: but not for ever, and is then told to be busy', async () => {
      const gate = await gateBefore(registry, { status: 503, times: 1_000, what: /manifests/ })
      await using shop = project(api)
      const { exitCode, stderr } = await shop.kindling('build', '--push', gate.host, '--cleanup')
      expect(exitCode).toBe(1)
      expect(stderr).toContain('E_PUSH_FAILED')
      expect(stderr).toContain('the registry is there, but busy')
    })
  })

  describe('of images for several platforms', () => {
    withRegistry('has them as one list, each its own build', async () => {
      const before = podman.images()
      await using shop = project(api)
      const options = ['--platform', both.join(','), '--push', registry.host, '--output', 'json']
      const built = builtBy(await shop.kindling('build', ...options))
      const { reference = '', id, platforms = {} } = built.images.api ?? {}
      expect(Object.keys(platforms)).toEqual(both)
      expect(platforms[machinePlatform]?.id).toBe(id)
      expect(new Set(Object.values(platforms).map(({ fingerprint }) => fingerprint)).size).toBe(2)
      expect(await manifestOf(inRegistry(reference))).toMatchObject({
        manifests: both.map((platform) => ({ platform: { architecture: platform.split('/')[1] } })),
      })
      for (const platform of both) {
        expect(pulled(inRegistry(reference), platform)).toBe(platforms[platform]?.id)
      }

      const again = builtBy(await shop.kindling('build', ...options))
      expect(again.images.api?.outcome).toBe('reused')
      expect(Object.values(again.images.api?.platforms ?? {}).map(({ outcome }) => outcome)).toEqual([
        'reused',
        'reused',
      ])
      expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
      expect(podman.images()).toEqual(before)
    })

    withRegistry('I12: has what each of them starts from', async () => {
      const reference = await base('for-both', both)
      const before = podman.images()
      await using shop = project(
        `base: { pull: "${reference}" }`,
        `api: { dockerfile: on-base.Dockerfile, args: { BASE: "\${images.base.ref}" }, platform: [${both}] }`,
      )
      const built = builtBy(await shop.kindling('build', '--output', 'json'))
      for (const platform of both) {
        const image = built.images.api?.platforms?.[platform]?.reference ?? ''
        expect(podman.cli('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', image).trim()).toBe(
          platform,
        )
      }
      expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
      expect(podman.images()).toEqual(before)
    })

    withRegistry('I12: says when what they start from is not for all of them', async () => {
      const reference = await base('for-one-only', [machinePlatform])
      await using shop = project(
        `base: { pull: "${reference}" }`,
        'api: { dockerfile: on-base.Dockerfile, args: { BASE: "${images.base.ref}" } }',
      )
      const { exitCode, stderr } = await shop.kindling('build', '--platform', both.join(','), '--cleanup')
      expect(exitCode).toBe(1)
      expect(stderr).toContain(`there is no ${reference} for ${other}`)
      expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
    })
  })
})
