import { readFileSync, writeFileSync } from 'node:fs'
import type { BuildStep, BuildStepEnd } from '../../src/drivers/build-step.ts'
import type {
  BuildRequest,
  CallOptions,
  ContainerEngine,
  EngineImage,
  ListPush,
  PlatformPull,
} from '../../src/drivers/container-engine.ts'
import type { ImageFacts } from '../../src/drivers/image-facts.ts'
import { hasLabels, type Labels } from '../../src/drivers/labels.ts'
import { parseBuildStep } from '../../src/drivers/podman/build-output.ts'
import { CommandError } from '../../src/exec/command-error.ts'
import { machinePlatform } from '../../src/util/platform.ts'

/** Says how a call fails, or nothing when it does not. */
export type FailWith = { readonly exitCode?: number; readonly stderr: string } | undefined

interface Stored {
  readonly id: string
  readonly labels: Labels
  readonly names: Set<string>
  readonly platform?: string | undefined
}

/** An engine that keeps names, ids and labels of images, and nothing in them. */
export class FakeEngine implements ContainerEngine {
  readonly name = 'fake'
  readonly builds: BuildRequest[] = []
  readonly pulls: string[] = []
  readonly pushes: string[] = []
  /** Lists that were uploaded, with the names of their parts. */
  readonly lists = new Map<string, readonly string[]>()
  /** Platforms of the images in its registry. */
  platforms: readonly string[] = []
  /** What it answers when asked whether it can upload lists. */
  problemWithLists: { readonly message: string; readonly hint: string } | undefined
  readonly images: Stored[] = []
  /** Images that containers use: neither they nor their names go. */
  readonly inUse = new Set<string>()
  /** What killed builds left half-made, by their owner. */
  readonly unfinished = new Map<string, readonly string[]>()
  /** Lines a build prints, and how it ends. */
  buildOutput: readonly string[] = []
  buildFailure: FailWith
  pullFailure: FailWith
  /** How large and how old an image is. */
  factsOf: (id: string) => ImageFacts = () => ({ bytes: 1, createdMs: 0 })
  #count = 0

  /** Puts an image there, as an earlier run or somebody else would have. */
  add(labels: Labels, ...names: readonly string[]): string {
    return this.#put(labels, undefined, names)
  }

  #put(labels: Labels, platform: string | undefined, names: readonly string[]): string {
    const id = `sha256:${(++this.#count).toString(16).padStart(64, '0')}`
    for (const name of names) this.#untag(name)
    this.images.push({ id, labels, names: new Set(names), platform })
    return id
  }

  names(): string[] {
    return this.images.flatMap(({ names }) => [...names]).sort()
  }

  async build(request: BuildRequest, options: CallOptions): Promise<string> {
    this.builds.push(request)
    for (const line of this.buildOutput) options.onLine?.('stdout', line)
    this.#failIf(this.buildFailure, 'build')
    return this.#put(request.labels, request.platform, [request.reference])
  }

  parseStep(line: string): BuildStep | undefined {
    return parseBuildStep(line)
  }

  async pull(reference: string): Promise<string> {
    this.pulls.push(reference)
    this.#failIf(this.pullFailure, 'pull')
    return this.add({}, reference)
  }

  async pullFor({ reference, platform, name }: PlatformPull): Promise<string | undefined> {
    this.pulls.push(`${reference} for ${platform}`)
    this.#failIf(this.pullFailure, 'pull')
    return this.platforms.includes(platform) ? this.#put({}, platform, [name]) : undefined
  }

  parseStepEnd(): BuildStepEnd | undefined {
    return undefined
  }

  async tag(image: string, reference: string): Promise<void> {
    const found = this.#existing(image, 'tag')
    this.#untag(reference)
    found.names.add(reference)
  }

  async push(_reference: string, target: string): Promise<void> {
    this.pushes.push(target)
  }

  async pushList({ parts, target }: ListPush): Promise<void> {
    this.lists.set(
      target,
      parts.map((part) => part.target),
    )
  }

  async listProblem(): ReturnType<ContainerEngine['listProblem']> {
    return this.problemWithLists
  }

  async imageFacts(ids: readonly string[]): Promise<ReadonlyMap<string, ImageFacts>> {
    return new Map(ids.flatMap((id) => (this.#find(id) === undefined ? [] : [[id, this.factsOf(id)]])))
  }

  async platformOf(reference: string): Promise<string | undefined> {
    const found = this.#find(reference)
    return found === undefined ? undefined : (found.platform ?? machinePlatform)
  }

  async save(references: readonly string[], tarFile: string): Promise<void> {
    const images = references.map((name) => ({ name, ...this.#existing(name, 'save') }))
    // As podman, which refuses a file that is there.
    writeFileSync(tarFile, JSON.stringify(images.map(({ name, id, labels }) => ({ name, id, labels }))), {
      flag: 'wx',
    })
  }

  async load(tarFile: string): Promise<readonly string[]> {
    const images = JSON.parse(readFileSync(tarFile, 'utf8')) as (Omit<Stored, 'names'> & { name: string })[]
    for (const { name, id, labels } of images) {
      this.#untag(name)
      const here = this.#find(id)
      if (here === undefined) this.images.push({ id, labels, names: new Set([name]) })
      else here.names.add(name)
    }
    return images.map(({ name }) => name)
  }

  async importRootfs(_tarFile: string, reference: string, labels: Labels): Promise<string> {
    return this.add(labels, reference)
  }

  async imageId(reference: string): Promise<string | undefined> {
    return this.#find(reference)?.id
  }

  async findImages(labels: Labels, options: { readonly all?: boolean } = {}): Promise<EngineImage[]> {
    return this.images
      .filter((image) => hasLabels(image.labels, labels) && (options.all === true || image.names.size > 0))
      .map(({ id, labels: own, names }) => ({ id, labels: own, references: [...names] }))
  }

  async removeImage(image: string): Promise<boolean> {
    const found = this.#find(image)
    if (found === undefined || this.inUse.has(image)) return false
    found.names.delete(image)
    if (found.names.size === 0) this.images.splice(this.images.indexOf(found), 1)
    return true
  }

  async removeUnfinished(owner: string): Promise<readonly string[]> {
    const ids = this.unfinished.get(owner) ?? []
    this.unfinished.delete(owner)
    return ids
  }

  #find(image: string): Stored | undefined {
    return this.images.find(({ id, names }) => id === image || names.has(image))
  }

  #existing(image: string, verb: string): Stored {
    return this.#find(image) ?? this.#fail({ stderr: 'Error: image not known' }, verb)
  }

  #untag(name: string): void {
    for (const image of this.images) image.names.delete(name)
  }

  #failIf(failure: FailWith, verb: string): void {
    if (failure !== undefined) this.#fail(failure, verb)
  }

  #fail(failure: NonNullable<FailWith>, verb: string): never {
    const { stderr, exitCode = 125 } = failure
    const command = { program: 'fake', args: [verb] }
    throw new CommandError({ command, reason: 'exit', exitCode, durationMs: 0, tail: stderr, stderr })
  }
}
