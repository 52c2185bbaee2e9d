import type { BuildStep, BuildStepEnd } from './build-step.ts'
import type {
  BuildRequest,
  CallOptions,
  ContainerEngine,
  EngineImage,
  ListPush,
  PlatformPull,
} from './container-engine.ts'
import type { ImageFacts } from './image-facts.ts'
import type { Labels } from './labels.ts'

/** Runs an action while no other process does so under the same name. */
export type Lock = <T>(name: string, action: () => Promise<T>) => Promise<T>

/**
 * An engine whose names are given and taken one at a time for each repository, over all processes. Engines remove an
 * image with its last name, and do not notice a name that is given between their look and their removal.
 */
export class LockedNames implements ContainerEngine {
  readonly #engine: ContainerEngine
  readonly #lock: Lock

  constructor(engine: ContainerEngine, lock: Lock) {
    this.#engine = engine
    this.#lock = lock
  }

  get name(): string {
    return this.#engine.name
  }

  build(request: BuildRequest, options: CallOptions): Promise<string> {
    return this.#engine.build(request, options)
  }

  parseStep(line: string): BuildStep | undefined {
    return this.#engine.parseStep(line)
  }

  parseStepEnd(line: string): BuildStepEnd | undefined {
    return this.#engine.parseStepEnd(line)
  }

  removeUnfinished(owner: string): Promise<readonly string[]> {
    return this.#engine.removeUnfinished(owner)
  }

  pull(reference: string, options: CallOptions): Promise<string> {
    return this.#engine.pull(reference, options)
  }

  pullFor(pull: PlatformPull, options: CallOptions): Promise<string | undefined> {
    return this.#engine.pullFor(pull, options)
  }

  tag(image: string, reference: string, options?: CallOptions): Promise<void> {
    return this.#lock(repositoryOf(reference), () => this.#engine.tag(image, reference, options))
  }

  push(reference: string, target: string, options: CallOptions): Promise<void> {
    return this.#engine.push(reference, target, options)
  }

  pushList(push: ListPush, options: CallOptions): Promise<void> {
    return this.#engine.pushList(push, options)
  }

  listProblem(options?: CallOptions): ReturnType<ContainerEngine['listProblem']> {
    return this.#engine.listProblem(options)
  }

  save(references: readonly string[], tarFile: string, options: CallOptions): Promise<void> {
    return this.#engine.save(references, tarFile, options)
  }

  load(tarFile: string, options: CallOptions): Promise<readonly string[]> {
    return this.#engine.load(tarFile, options)
  }

  importRootfs(tarFile: string, reference: string, labels: Labels, options: CallOptions): Promise<string> {
    return this.#engine.importRootfs(tarFile, reference, labels, options)
  }

  imageId(reference: string, options?: CallOptions): Promise<string | undefined> {
    return this.#engine.imageId(reference, options)
  }

  platformOf(reference: string, options?: CallOptions): Promise<string | undefined> {
    return this.#engine.platformOf(reference, options)
  }

  imageFacts(ids: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, ImageFacts>> {
    return this.#engine.imageFacts(ids, options)
  }

  findImages(labels: Labels, options?: CallOptions & { readonly all?: boolean }): Promise<EngineImage[]> {
    return this.#engine.findImages(labels, options)
  }

  removeImage(image: string, options?: CallOptions): Promise<boolean> {
    return this.#lock(repositoryOf(image), () => this.#engine.removeImage(image, options))
  }
}

/** As the name of a lock: `localhost/shop/web:tag` is `localhost.shop.web`. */
function repositoryOf(reference: string): string {
  return reference.replace(/[:@][^/]*$/, '').replaceAll(/[^\w-]/g, '.')
}
