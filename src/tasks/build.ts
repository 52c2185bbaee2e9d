import { readFileSync } from 'node:fs'
import type { BuiltImage } from '../config/config.ts'
import type { BuildStep } from '../drivers/build-step.ts'
import type { CallOptions, EngineImage } from '../drivers/container-engine.ts'
import { labels } from '../drivers/labels.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { MemoryPeak } from '../exec/memory-peak.ts'
import { ignoreRulesOf } from '../images/context-files.ts'
import { remoteSources } from '../images/remote-sources.ts'
import { describeBuildFailure, foreignProgramHint, isTransient } from './build-failure.ts'
import { buildArgs, fingerprintOf, namedBases, platformOf } from './build-inputs.ts'
import { taskError } from './failure.ts'
import { claim, repositoryOf } from './image-names.ts'
import type { ImageScope, ProvidedImage } from './run-scope.ts'
import { unpackImage } from './unpack.ts'

/** Between two attempts at a build that met a passing failure of the engine, milliseconds. */
const retryDelayMs = 2_000
/** A context above this is told as a warning, bytes. */
const largeContextBytes = 100 * 2 ** 20

/**
 * Has an image of this configuration under a name of this run: the one with the same fingerprint where there is one,
 * otherwise a new one. Of several processes that want the same image at once, one builds (I16) and the others wait
 * for it; each gets a name of its own, so that the image is there as long as anybody needs it (I9).
 */
export async function buildImage(
  image: BuiltImage,
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  const { fingerprint, contextFiles, contextBytes } = await fingerprintOf(image, scope)
  tellContext(contextFiles, contextBytes, context)
  const release = await scope.holds.wait(
    `image-${image.repository.replaceAll('/', '.')}-${fingerprint.slice(0, 32)}`,
    `kindling, run ${scope.run.id}`,
    (ms) => scope.clock.sleep(ms, context.signal),
    ({ pid }) => context.progress(`process ${pid} builds the same image; waiting for it`),
  )
  try {
    const isReusable = !scope.choices.isFresh && !fetchesWhatMayChange(image, context)
    const reused = isReusable ? await reuse(image, fingerprint, scope, context) : undefined
    const made = reused === undefined ? await make(image, fingerprint, scope, context) : undefined
    const provided = reused ?? made?.provided
    if (provided === undefined) throw new Error(`Internal error: ${image.name} is neither there nor made`)
    scope.provided.set(image.name, provided)
    const outputs = {
      ...provided,
      ...(made === undefined || made.memoryBytes === 0 ? {} : { memoryBytes: made.memoryBytes }),
    }
    return { outcome: made === undefined ? 'reused' : 'succeeded', outputs }
  } finally {
    release()
  }
}

/** A stale image is worse than a slow build: what a URL gives today no fingerprint shows. */
function fetchesWhatMayChange({ dockerfile }: BuiltImage, context: TaskContext): boolean {
  const [remote] = remoteSources(readFileSync(dockerfile, 'utf8'))
  if (remote === undefined) return false
  context.output(
    'info',
    `never reused: line ${remote.line} of the Dockerfile adds ${remote.url}, which may have changed; ADD --checksum would say what it is`,
  )
  return true
}

async function reuse(
  image: BuiltImage,
  fingerprint: string,
  scope: ImageScope,
  context: TaskContext,
): Promise<ProvidedImage | undefined> {
  const { engine, journal, choices } = scope
  const prefix = `${repositoryOf(image)}:`
  const isWanted = ({ labels: of, references }: EngineImage) =>
    of[labels.fingerprint] === fingerprint &&
    // What somebody built on an image of ours has inherited its labels, but not its name.
    references.some((reference) => reference.startsWith(prefix))
  // Asked once for all images; what was not there then may have been built by another process since.
  const found =
    (await scope.knownImages()).find(isWanted) ??
    (await engine.findImages({ [labels.project]: scope.projectId }, { signal: context.signal })).find(
      isWanted,
    )
  if (found === undefined) return undefined
  const own = choices.keepsTags ? new Set(journal.images()) : new Set<string>()
  const known = found.references.find((reference) => reference.startsWith(prefix) && own.has(reference))
  if (known !== undefined) return { reference: known, id: found.id, fingerprint }
  const reference = `${prefix}${scope.tagOf(image.name)}`
  claim(reference, scope, context)
  try {
    await engine.tag(found.id, reference, { signal: context.signal })
  } catch (error) {
    // Its last other name was removed in this very moment: then it is built.
    if (error instanceof CommandError && error.reason === 'exit') return undefined
    throw error
  }
  return { reference, id: found.id, fingerprint }
}

/** From the archive where it has the image, otherwise by building. */
async function make(
  image: BuiltImage,
  fingerprint: string,
  scope: ImageScope,
  context: TaskContext,
): Promise<{ readonly provided: ProvidedImage; readonly memoryBytes: number }> {
  const reference = `${repositoryOf(image)}:${scope.tagOf(image.name)}`
  claim(reference, scope, context)
  const unpacked = await unpackImage(image, reference, fingerprint, scope, context)
  const built =
    unpacked === undefined
      ? await build(image, reference, fingerprint, scope, context)
      : { id: unpacked, memoryBytes: 0 }
  context.resourceCreated('image', reference)
  return { provided: { reference, id: built.id, fingerprint }, memoryBytes: built.memoryBytes }
}

async function build(
  image: BuiltImage,
  reference: string,
  fingerprint: string,
  scope: ImageScope,
  context: TaskContext,
): Promise<{ readonly id: string; readonly memoryBytes: number }> {
  const platform = platformOf(image, scope)
  let step: BuildStep | undefined
  let peak: MemoryPeak | undefined
  const options: CallOptions = {
    signal: context.signal,
    onSpawn: (process) => {
      peak ??= new MemoryPeak(process)
    },
    onLine: (stream, line) => {
      context.output(stream, line)
      const announced = scope.engine.parseStep(line)
      if (announced === undefined) return
      step = announced
      context.progress(announced.instruction, announced.number, announced.total)
    },
  }
  try {
    const id = await scope.engine.build(
      {
        reference,
        owner: scope.ownerId,
        dockerfile: image.dockerfile,
        context: image.context,
        ignoreRules: ignoreRulesOf(image.context, image.dockerfile),
        ...(image.target === undefined ? {} : { target: image.target }),
        ...(platform === undefined ? {} : { platform }),
        args: buildArgs(image, scope),
        secrets: image.secrets,
        labels: { [labels.project]: scope.projectId, [labels.fingerprint]: fingerprint },
        isFresh: scope.choices.isFresh,
        baseImages: namedBases(image, scope),
      },
      options,
    )
    return { id, memoryBytes: peak?.bytes ?? 0 }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const described = describeBuildFailure(image, step, scope.config.root)
    const failure = {
      ...described,
      // Otherwise the message says how the instruction failed; here it did not.
      ...(error.reason === 'signal' ? { message: `${described.message}: ${error.message}` } : {}),
      ...foreignProgramHint(error, platform),
    }
    const retry = isTransient(error) ? { isRetryable: true, retryDelayMs, narrows: 'builds' } : {}
    throw taskError(
      { where: error.where, detail: error.tail || error.message, ...failure },
      { cause: error, ...retry },
    )
  } finally {
    peak?.stop()
  }
}

/** I17: the context is what goes to the engine, and what a forgotten ignore file makes large. */
function tellContext(files: number, bytes: number, context: TaskContext): void {
  const count = files === 1 ? '1 file' : `${files} files`
  context.output('info', `build context: ${count}, ${(bytes / 2 ** 20).toFixed(1)} MiB`)
  if (bytes > largeContextBytes) {
    const limit = largeContextBytes / 2 ** 20
    context.output(
      'info',
      `warning: the build context is larger than ${limit} MiB; what the build does not need belongs into .dockerignore`,
    )
  }
}
