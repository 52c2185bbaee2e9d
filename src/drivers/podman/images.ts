import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError } from '../../exec/command-error.ts'
import { formatReference, parseReference } from '../../util/image-reference.ts'
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
import { parseBuildStep } from './build-output.ts'
import { removeLists, withList } from './list-store.ts'
import type { Podman } from './podman.ts'
import { tlsArgs } from './registry-args.ts'
import { ownerMark, removeWorkingContainers } from './working-containers.ts'

interface ImageEntry {
  readonly Id: string
  readonly Names?: readonly string[] | null
  readonly Labels?: Labels | null
}

/** What a build's temporary directory has from us: the rules, and the ID of the image. */
const [ignoreFile, idFile] = ['ignore', 'id']

/** Where podman puts what does not fit into memory, too. */
function temporaryDirectory(): string {
  return process.env.TMPDIR ?? '/var/tmp'
}

/** Names what a build of an owner keeps there; the point ends the id, of which another may be the beginning. */
function temporaryPrefix(owner: string): string {
  return `kindling-build-${owner}.`
}

/** How long a cancelled build may take to finish writing what it is at, milliseconds. */
const buildPatienceMs = 4_000
/**
 * Builds take every processor there is, and on a small machine the start of the cluster, which everything waits for in the
 * end, came nine seconds later beside them. What it leaves idle is enough for them; and whoever works here notices less.
 */
const buildNiceness = 10

/** What fails every time is damage in the storage, and no race. */
const listAttempts = 5

/** Podman as a builder and a store of images. */
export class PodmanImages implements ContainerEngine {
  readonly name = 'podman'
  readonly #podman: Podman

  constructor(podman: Podman) {
    this.#podman = podman
  }

  async build(request: BuildRequest, options: CallOptions): Promise<string> {
    const args = ['build', '--tag', request.reference, '--file', request.dockerfile, '--pull=false']
    args.push(...buildArgs(request))
    for (const [name, reference] of request.baseImages) {
      args.push('--build-context', `${name}=container-image://${reference}`)
    }
    args.push('--secret', ownerMark(request.owner), ...secretArgs(request.secrets))
    args.push(...labelArgs(request.labels))
    return this.#inOwnTemporaryDirectory(request.owner, async (TMPDIR) => {
      args.push('--iidfile', join(TMPDIR, idFile))
      if (request.ignoreRules !== undefined) {
        const file = join(TMPDIR, ignoreFile)
        writeFileSync(file, request.ignoreRules)
        args.push('--ignorefile', file)
      }
      args.push(request.context)
      await this.#podman.run(args, {
        ...{ ...options, env: { TMPDIR } },
        ...{ patienceMs: buildPatienceMs, niceness: buildNiceness },
      })
      return withAlgorithm(readFileSync(join(TMPDIR, idFile), 'utf8').trim())
    })
  }

  parseStep(line: string): BuildStep | undefined {
    return parseBuildStep(line)
  }

  /** podman says nothing of how long an instruction took. */
  parseStepEnd(): BuildStepEnd | undefined {
    return undefined
  }

  async removeUnfinished(owner: string): Promise<readonly string[]> {
    const removed = await removeWorkingContainers(this.#podman, owner)
    const left = readdirSync(temporaryDirectory()).filter((name) => name.startsWith(temporaryPrefix(owner)))
    for (const name of left) await this.#removeTemporary(join(temporaryDirectory(), name))
    removeLists(owner)
    return removed
  }

  async pull(reference: string, options: CallOptions): Promise<string> {
    await this.#podman.run(['pull', ...tlsArgs(reference), reference], options)
    return this.#existing(reference, options)
  }

  async pullFor(
    { reference, platform, name, owner }: PlatformPull,
    options: CallOptions,
  ): Promise<string | undefined> {
    const digest = await withList(this.#podman, owner, options, async (list) => {
      await list.add(reference, options)
      return list.digestFor(platform, options)
    })
    if (digest === undefined) return undefined
    const { registry, repository } = parseReference(reference)
    // By its tag, it would take the name from the image of this machine's platform.
    const pulled = formatReference({ registry, repository, digest })
    const id = await this.pull(pulled, options)
    await this.tag(pulled, name, options)
    await this.#podman.run(['untag', id, pulled], options)
    return id
  }

  async tag(image: string, reference: string, options: CallOptions = {}): Promise<void> {
    await this.#podman.run(['tag', image, reference], options)
  }

  async push(reference: string, target: string, options: CallOptions): Promise<void> {
    await this.#podman.run(['push', ...tlsArgs(target), reference, `docker://${target}`], options)
  }

  async pushList({ parts, target, owner }: ListPush, options: CallOptions): Promise<void> {
    for (const part of parts) await this.push(part.reference, part.target, options)
    await withList(this.#podman, owner, options, async (list) => {
      for (const part of parts) await list.add(part.target, options)
      await list.push(target, options)
    })
  }

  async listProblem(): ReturnType<ContainerEngine['listProblem']> {
    const remote = process.env.CONTAINER_HOST
    if (remote === undefined) return undefined
    return {
      message: `the podman at ${remote} (CONTAINER_HOST) cannot put images of several platforms under one name: that takes a storage of its own, on this machine`,
      hint: 'push with the podman of this machine, or for one platform',
    }
  }

  async save(references: readonly string[], tarFile: string, options: CallOptions): Promise<void> {
    const multiple = references.length > 1 ? ['--multi-image-archive'] : []
    await this.#podman.run(['save', ...multiple, '--output', tarFile, ...references], options)
  }

  async load(tarFile: string, options: CallOptions): Promise<readonly string[]> {
    const { stdout } = await this.#podman.run(['load', '--input', tarFile], { ...options, isData: true })
    return [...stdout.matchAll(/^Loaded image(?:\(s\))?: (.+)$/gm)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    )
  }

  async importRootfs(tarFile: string, reference: string, of: Labels, options: CallOptions): Promise<string> {
    const changes = Object.entries(of).flatMap(([name, value]) => ['--change', `LABEL ${name}=${value}`])
    await this.#podman.run(['import', ...changes, tarFile, reference], options)
    return this.#existing(reference, options)
  }

  async imageId(reference: string, options: CallOptions = {}): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#podman.run(
      ['image', 'inspect', '--format', '{{.Id}}', reference],
      { ...quiet(options), okExitCodes: [0, 125], isData: true },
    )
    return exitCode === 0 ? withAlgorithm(stdout.trim()) : undefined
  }

  async platformOf(reference: string, options: CallOptions = {}): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#podman.run(
      ['image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', reference],
      { ...quiet(options), okExitCodes: [0, 125], isData: true },
    )
    return exitCode === 0 ? stdout.trim() : undefined
  }

  async imageFacts(
    ids: readonly string[],
    options: CallOptions = {},
  ): Promise<ReadonlyMap<string, ImageFacts>> {
    if (ids.length === 0) return new Map()
    const { stdout } = await this.#podman.run(['image', 'inspect', '--format', imageFactsFormat, ...ids], {
      ...quiet(options),
      okExitCodes: [0, 125],
      isData: true,
    })
    return imageFactsIn(stdout)
  }

  async findImages(
    of: Labels,
    options: CallOptions & { readonly all?: boolean } = {},
  ): Promise<EngineImage[]> {
    const all = options.all === true ? ['--all'] : []
    const entries = await this.#list([...all, ...labelFilter(of)], options)
    return entries
      .map((entry) => ({
        id: withAlgorithm(entry.Id),
        references: entry.Names ?? [],
        labels: entry.Labels ?? {},
      }))
      .filter((image) => hasLabels(image.labels, of))
  }

  /** podman lists nothing at all when an image comes or goes while it looks at it. */
  async #list(filters: readonly string[], options: CallOptions): Promise<readonly ImageEntry[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#podman.json<ImageEntry[]>(['images', ...filters, '--format', 'json'], options)
      } catch (error) {
        const hasRaced = error instanceof CommandError && halfThere.test(error.stderr)
        if (!hasRaced || attempt === listAttempts) throw error
      }
    }
  }

  async removeImage(image: string, options: CallOptions = {}): Promise<boolean> {
    try {
      await this.#podman.run(['rmi', image], options)
      return true
    } catch (error) {
      if (
        error instanceof CommandError &&
        /image not known|in use|dependent child|more than one tag/i.test(error.stderr)
      ) {
        return false
      }
      throw error
    }
  }

  /** A build that is killed leaves the files by which it ran its commands. */
  async #inOwnTemporaryDirectory<T>(owner: string, build: (directory: string) => Promise<T>): Promise<T> {
    const directory = mkdtempSync(join(temporaryDirectory(), `${temporaryPrefix(owner)}`))
    try {
      return await build(directory)
    } finally {
      await this.#removeTemporary(directory)
    }
  }

  /** What is in there may be mounted, or belong to a sub-uid: then it is not for us to enter. */
  async #removeTemporary(directory: string): Promise<void> {
    if (readdirSync(directory).every((name) => name === ignoreFile || name === idFile)) {
      rmSync(directory, { recursive: true, force: true })
    } else {
      await this.#podman.runInNamespace(['rm', '-rf', '--one-file-system', directory])
    }
  }

  async #existing(reference: string, options: CallOptions): Promise<string> {
    const id = await this.imageId(reference, options)
    if (id === undefined) throw new Error(`podman does not know ${reference} right after making it`)
    return id
  }
}

/** How podman words an image, or a part of it, that another process has removed or is still writing. */
const halfThere = /(?:image|layer) not known|locating item named|no such file|does not exist/i

/** podman prints image IDs without the algorithm that docker and the nodes print. */
function withAlgorithm(id: string): string {
  return id.startsWith('sha256:') ? id : `sha256:${id}`
}
