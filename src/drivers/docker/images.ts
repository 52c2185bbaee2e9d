import { CommandError } from '../../exec/command-error.ts'
import type { ExecOptions } from '../../exec/exec.ts'
import { formatReference, tryParseReference } from '../../util/image-reference.ts'
import { buildArgs } from '../build-args.ts'
import { secretArgs } from '../build-secrets.ts'
import type { BuildStep, BuildStepEnd } from '../build-step.ts'
import type {
  BuildRequest,
  CallOptions,
  ContainerEngine,
  EngineImage,
  ListPush,
  PlatformPull,
} from '../container-engine.ts'
import { type ImageFacts, imageFactsFormat, imageFactsIn } from '../image-facts.ts'
import { hasLabels, type Labels, labelArgs, labelFilter } from '../labels.ts'
import { quiet } from '../quiet.ts'
import { type BuildRules, withBuildFiles } from './build-files.ts'
import { parseBuildStep, parseBuildStepEnd } from './build-output.ts'
import type { Docker } from './docker.ts'

interface ImageEntry {
  readonly id: string
  readonly names: readonly string[] | null
  readonly labels: Labels | null
}

const entryFormat = '{"id":{{json .Id}},"names":{{json .RepoTags}},"labels":{{json .Config.Labels}}}'

/** An image that is always missing is damage in the storage, and no race. */
const listAttempts = 5

const isUnknown = /no such image/i
/** What a registry's images say when none is for the platform. */
const hasNoPlatform = /no matching manifest for|does not match the specified platform/i
const isUnknownOrNeeded = /no such image|conflict: unable to/i

/**
 * Docker as a builder and a store of images. What is built here is called `localhost/…`, as podman has it: docker
 * takes that for a registry like any other, which no image ever comes from. Without it, `shop/web` would mean
 * `docker.io/shop/web`, somebody else's image, to docker and to the nodes of a cluster. So an image has one name in
 * all engines and nodes, and the output of the build is its identity.
 */
export class DockerImages implements ContainerEngine {
  readonly name = 'docker'
  readonly #docker: Docker
  readonly #rules: BuildRules

  constructor(docker: Docker, rules: BuildRules) {
    this.#docker = docker
    this.#rules = rules
  }

  async build(request: BuildRequest, options: CallOptions): Promise<string> {
    const builder = await this.#docker.builder(options.signal)
    const args = ['build', '--tag', request.reference]
    // A container that failed is of no use to anybody, and would be nobody's.
    args.push(builder === 'buildkit' ? '--progress=plain' : '--force-rm')
    args.push(...buildArgs(request), ...labelArgs(request.labels), ...secretArgs(request.secrets))
    const env = {
      DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0',
      // Another builder would keep the result to itself.
      BUILDX_BUILDER: undefined,
      // They hold times, and so would make another image of the same content.
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      DOCKER_CLI_HINTS: 'false',
    }
    await withBuildFiles(request, builder, this.#rules, ({ dockerfile, context }) =>
      this.#docker.run([...args, '--file', dockerfile, context], { ...options, env }),
    )
    return this.#existing(request.reference, options)
  }

  parseStep(line: string): BuildStep | undefined {
    return parseBuildStep(line)
  }

  parseStepEnd(line: string): BuildStepEnd | undefined {
    return parseBuildStepEnd(line)
  }

  async removeUnfinished(): Promise<readonly string[]> {
    // The daemon ends a build, and removes its container, as soon as the program that asked for it is gone.
    return []
  }

  async pull(reference: string, options: CallOptions): Promise<string> {
    await this.#docker.run(['pull', reference], options)
    return this.#existing(reference, options)
  }

  async pullFor(
    { reference, platform, name }: PlatformPull,
    options: CallOptions,
  ): Promise<string | undefined> {
    return this.#keepingName(reference, options, async () => {
      const pull = this.#docker.run(['pull', '--platform', platform, reference], options)
      if ((await unless(hasNoPlatform, pull)) === undefined) return undefined
      await this.tag(reference, name, options)
      return this.#existing(name, options)
    })
  }

  async tag(image: string, reference: string, options: CallOptions = {}): Promise<void> {
    await this.#docker.run(['tag', image, reference], options)
  }

  async push(reference: string, target: string, options: CallOptions): Promise<void> {
    // docker can upload an image only under a name that it has here.
    await this.#keepingName(target, options, async () => {
      await this.tag(reference, target, options)
      await this.#docker.run(['push', target], options)
    })
  }

  async pushList({ parts, target }: ListPush, options: CallOptions): Promise<void> {
    for (const part of parts) await this.push(part.reference, part.target, options)
    const sources = parts.map((part) => part.target)
    await this.#docker.run(['buildx', 'imagetools', 'create', '--tag', target, ...sources], options)
  }

  async listProblem(options: CallOptions = {}): ReturnType<ContainerEngine['listProblem']> {
    try {
      await this.#docker.run(['buildx', 'version'], quietly(options))
      return undefined
    } catch (error) {
      if (!(error instanceof CommandError) || error.reason !== 'exit') throw error
      return {
        message:
          'docker cannot put images of several platforms under one name: its plugin buildx is not there',
        hint: 'install it (Debian, Ubuntu: docker-buildx or docker-buildx-plugin), use podman, or push for one platform',
      }
    }
  }

  async save(references: readonly string[], tarFile: string, options: CallOptions): Promise<void> {
    await this.#docker.run(['save', '--output', tarFile, ...references], options)
  }

  async load(tarFile: string, options: CallOptions): Promise<readonly string[]> {
    const { stdout } = await this.#docker.run(['load', '--input', tarFile], { ...options, isData: true })
    return [...stdout.matchAll(/^Loaded image: (.+)$/gm)].flatMap(([, name = '']) => qualified(name))
  }

  async importRootfs(tarFile: string, reference: string, of: Labels, options: CallOptions): Promise<string> {
    const changes = Object.entries(of).flatMap(([name, value]) => [
      '--change',
      `LABEL ${JSON.stringify(name)}=${JSON.stringify(value)}`,
    ])
    await this.#docker.run(['import', ...changes, tarFile, reference], options)
    return this.#existing(reference, options)
  }

  async imageId(reference: string, options: CallOptions = {}): Promise<string | undefined> {
    const inspect = this.#docker.run(['image', 'inspect', '--format', '{{.Id}}', reference], quietly(options))
    return (await unless(isUnknown, inspect))?.stdout.trim()
  }

  async platformOf(reference: string, options: CallOptions = {}): Promise<string | undefined> {
    const inspect = this.#docker.run(
      ['image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}/{{.Variant}}', reference],
      quietly(options),
    )
    return (await unless(isUnknown, inspect))?.stdout.trim().replace(/\/$/, '')
  }

  async imageFacts(
    ids: readonly string[],
    options: CallOptions = {},
  ): Promise<ReadonlyMap<string, ImageFacts>> {
    if (ids.length === 0) return new Map()
    const { stdout } = await this.#docker.run(['image', 'inspect', '--format', imageFactsFormat, ...ids], {
      ...quietly(options),
      okExitCodes: [0, 1],
    })
    return imageFactsIn(stdout)
  }

  async findImages(
    of: Labels,
    options: CallOptions & { readonly all?: boolean } = {},
  ): Promise<EngineImage[]> {
    const all = options.all === true ? ['--all'] : []
    const list = ['images', ...all, ...labelFilter(of), '--quiet', '--no-trunc']
    for (let attempt = 1; ; attempt++) {
      const { stdout } = await this.#docker.run(list, quietly(options))
      const ids = new Set(stdout.split('\n').filter(Boolean))
      if (ids.size === 0) return []
      const inspect = this.#docker.run(
        ['image', 'inspect', '--format', entryFormat, ...ids],
        quietly(options),
      )
      // One that was there is gone: the list is no longer true.
      const entries = attempt === listAttempts ? await inspect : await unless(isUnknown, inspect)
      if (entries === undefined) continue
      return entries.stdout
        .split('\n')
        .map((line) => imageOf(JSON.parse(line) as ImageEntry))
        .filter((image) => hasLabels(image.labels, of))
    }
  }

  async removeImage(image: string, options: CallOptions = {}): Promise<boolean> {
    return (await unless(isUnknownOrNeeded, this.#docker.run(['rmi', image], options))) !== undefined
  }

  /** Has a name mean what it meant before, whatever it is used for meanwhile. */
  async #keepingName<T>(name: string, options: CallOptions, use: () => Promise<T>): Promise<T> {
    const before = await this.imageId(name, options)
    try {
      return await use()
    } finally {
      if (before === undefined) await this.removeImage(name)
      else await this.tag(before, name)
    }
  }

  async #existing(reference: string, options: CallOptions): Promise<string> {
    const id = await this.imageId(reference, options)
    if (id === undefined) throw new Error(`docker does not know ${reference} right after making it`)
    return id
  }
}

/** For questions, whose answers are for nobody else to see. */
function quietly(options: CallOptions): ExecOptions {
  return { ...quiet(options), isData: true }
}

/** Takes a refusal in these words for an answer. */
async function unless<T>(refusal: RegExp, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof CommandError && error.reason === 'exit' && refusal.test(error.stderr))
      return undefined
    throw error
  }
}

function imageOf({ id, names, labels }: ImageEntry): EngineImage {
  return { id, references: (names ?? []).flatMap(qualified), labels: labels ?? {} }
}

/** docker prints the shortest form of a name; podman, and Kindling, know an image by the full one (I2, I11). */
function qualified(name: string): string[] {
  const reference = tryParseReference(name)
  return reference === undefined ? [] : [formatReference(reference)]
}
