import { join } from 'node:path'
import type { Config, Environment } from '../config/config.ts'
import type { EngineName } from '../drivers/engines.ts'
import { assembleBuildPlan } from '../plan/build-plan.ts'
import type { PlannedTask } from '../plan/plan.ts'
import { writePrivateFile } from '../state/private-files.ts'
import { createRunDirectory, newRunId, type RunDirectory, removeTemporary } from '../state/run-directory.ts'
import { executeImageTask } from '../tasks/execute.ts'
import { loadImage } from '../tasks/load.ts'
import { removeEnvironment } from '../tasks/remove-environment.ts'
import type { ImageScope, ProvidedImage } from '../tasks/run-scope.ts'
import { localPlatform, platformName } from '../util/platform.ts'
import { projectId } from './environment-id.ts'
import { imageVariable } from './hand-over/hand-over.ts'
import type { Host, UsableEngine } from './host.ts'
import type { TimedInstruction } from './measured/instruction-times.ts'
import { OperationError } from './operation-error.ts'
import { withOwner } from './owner/hold.ts'
import { removalOf } from './owner/removal.ts'
import { machineFacts } from './prepare/facts.ts'
import { admit } from './run/admission.ts'
import { imageScope } from './run/image-scope.ts'
import { loadTarget } from './run/load-target.ts'
import { openArchive } from './run/open-archive.ts'
import { hasFailedAttempts, type RunEnd, type RunPlanOptions, runPlan } from './run/run-plan.ts'

export interface BuildImagesOptions extends RunPlanOptions {
  readonly config: Config
  /** Names of images that are built here; those they need come along. */
  readonly images: readonly string[]
  readonly host: Host
  /** The engine to build with; otherwise the first that can be used. */
  readonly engine?: EngineName
  /** Instead of a unique one. */
  readonly tag?: string
  /** Builds without the engine's cache, and takes no image that is there already; default no. */
  readonly isFresh?: boolean
  /** Builds for the measuring of coverage; default no. */
  readonly isCoverage?: boolean
  /** `os/architecture`, instead of what the images say: one, or several that each image is then built for. */
  readonly platform?: string | readonly string[]
  /** At most so many builds at once. */
  readonly jobs?: number
  /** Registry the images are uploaded to; one for several platforms as a list of them. */
  readonly registry?: string
  /** The environment into whose cluster the images are loaded; it must be up. */
  readonly loadInto?: Environment
  /** Directory with images that somebody has built already: those are loaded instead of built. */
  readonly archive?: string
  /** Directory the images are written to, for others to load; of several platforms, the one of this machine. */
  readonly exportTo?: string
  /** Takes everything away again in the end; default no. */
  readonly isCleanedUp?: boolean
}

/** An image that `buildImages` has; of several platforms, `reference` and `id` are those of this machine's here. */
export interface BuildResult extends PlatformResult {
  /** By platform, where it is for several. */
  readonly platforms?: Readonly<Record<string, PlatformResult>>
}

/** What a build has given. */
export interface PlatformResult {
  readonly reference: string
  /** `sha256:` and 64 hex digits. */
  readonly id: string
  readonly fingerprint: string
  readonly outcome: 'built' | 'reused'
  /** From the start of its task to its end. */
  readonly seconds: number
  /** What its instructions took; empty when it was reused. */
  readonly instructions: readonly TimedInstruction[]
}

export interface BuildImagesResult extends RunEnd {
  readonly run: RunDirectory
  /** By name; after a failure those that were finished. */
  readonly images: Readonly<Record<string, BuildResult>>
}

/**
 * Builds images in parallel, without any cluster: each once, under a name of its own, and not at all where one with
 * the same fingerprint is there. After an interrupt everything is taken back; after a failure what was built is kept.
 * Throws `InvalidInput` or `OperationError` before any effect.
 */
export async function buildImages(options: BuildImagesOptions): Promise<BuildImagesResult> {
  const { config, host, signal } = options
  const runId = newRunId(host.clock.epochMs())
  const owner = { id: `build-${runId}`, projectId: projectId(config) }
  const target = options.loadInto === undefined ? undefined : await loadTarget(host, config, options.loadInto)
  const platforms = [...new Set([options.platform ?? []].flat())]
  const goals = { ...options, platforms, loads: target !== undefined }
  const plan = assembleBuildPlan(config, goals, machineFacts(config, host.history))
  const { isFresh = false, isCoverage = false, tag } = options
  const [platform] = platforms.length === 1 ? platforms : []
  const choices = {
    isFresh,
    isCoverage,
    keepsTags: false,
    ...(platform === undefined ? {} : { platform }),
    ...(options.archive === undefined ? {} : { archive: await openArchive(options.archive, host.exec()) }),
  }
  const build = async () => {
    const preference = target?.engine ?? options.engine
    const engine = await host.openEngine(host.exec(owner.id), { signal, preference })
    await checkLists(engine, plan.tasks, signal)
    const admitted = await admit(plan, config, host, engine, { isUp: false, signal })
    const run = createRunDirectory(config.root, runId)
    const record = {
      ...owner,
      kind: 'build' as const,
      project: config.project,
      environment: '',
      configFile: config.file,
      provider: '',
      engine: engine.engine.name,
      createdAt: host.clock.epochMs(),
      state: 'starting' as const,
      runs: [run.id],
      directories: [run.temporary],
    }
    host.store.write(record)
    const scope = await imageScope(host, config, owner, engine, { run, choices, tag, signal })
    const cluster = target?.open(engine, run) ?? { provider: 'none' }
    const end = await runPlan(
      {
        command: 'build',
        plan: admitted.plan,
        scope,
        execute: (task, context) =>
          task.kind === 'load'
            ? loadImage(task.image, { ...scope, cluster }, context)
            : executeImageTask(task, scope, context),
      },
      options,
      host,
      engine,
      [...admitted.warnings, ...localOnly(options, plan.tasks)],
    )
    const images = resultsOf(options, scope, end)
    removeTemporary(run)
    if (end.outcome === 'interrupted' || options.isCleanedUp === true) {
      await removeEnvironment(record, removalOf(host, record, engine), {})
    } else {
      if (hasFailedAttempts(end)) await engine.engine.removeUnfinished(owner.id)
      // From here on they are whose who asked for them.
      await host.built(engine.engine.name).add(...scope.journal.images())
      host.store.remove(owner.id)
      writeTags(config, images)
    }
    return { ...end, run, images }
  }
  return withOwner(host, owner, 'build', build, signal)
}

/** Lists of platforms take more of an engine than images do: to be known before the first build. */
async function checkLists(
  { engine }: UsableEngine,
  tasks: readonly PlannedTask[],
  signal: AbortSignal,
): Promise<void> {
  if (!tasks.some((task) => task.kind === 'push' && task.platforms !== undefined)) return
  const problem = await engine.listProblem({ signal })
  if (problem !== undefined) throw new OperationError('E_LISTS_UNSUPPORTED', problem.message, problem.hint)
}

/** What is done with the image of one platform, although there are several. */
function localOnly({ exportTo, loadInto }: BuildImagesOptions, tasks: readonly PlannedTask[]): string[] {
  const platforms = new Set(tasks.flatMap((task) => (task.kind === 'manifest' ? task.platforms : [])))
  if (platforms.size < 2) return []
  const local = localPlatform([...platforms])
  return [
    ...(exportTo === undefined
      ? []
      : [`of images for several platforms, only those for ${local} are exported`]),
    ...(loadInto === undefined
      ? []
      : [`of images for several platforms, only those for ${local} are loaded`]),
  ]
}

function resultsOf(
  { config }: BuildImagesOptions,
  { provided }: ImageScope,
  end: RunEnd,
): Record<string, BuildResult> {
  const results: Record<string, BuildResult> = {}
  for (const [name, image] of provided) {
    if (config.images.get(name)?.kind !== 'built') continue
    const whole = resultOf(`build:${name}`, image, end)
    if (whole !== undefined) results[name] = whole
    else if (end.result.tasks.has(`manifest:${name}`)) results[name] = together(name, provided, end)
  }
  return results
}

function resultOf(
  task: string,
  image: ProvidedImage,
  { result, instructions }: RunEnd,
): PlatformResult | undefined {
  const record = result.tasks.get(task)
  if (record?.startMs === undefined) return undefined
  return {
    ...image,
    outcome: record.outcome === 'reused' ? 'reused' : 'built',
    seconds: (record.endMs - record.startMs) / 1000,
    instructions: instructions.of(task),
  }
}

/** An image for several platforms: from the start of the first to its common name. */
function together(name: string, provided: ImageScope['provided'], end: RunEnd): BuildResult {
  const platforms: Record<string, PlatformResult> = {}
  const starts: number[] = []
  const [image, named] = [provided.get(name), end.result.tasks.get(`manifest:${name}`)]
  if (image === undefined || named === undefined) throw new Error(`Internal error: ${name} has no name`)
  // In the order in which they were asked for, not in that in which they were done.
  for (const platform of `${named.outputs?.platforms ?? ''}`.split(' ')) {
    const subject = platformName(name, platform)
    const built = provided.get(subject)
    const part = built === undefined ? undefined : resultOf(`build:${subject}`, built, end)
    const startMs = end.result.tasks.get(`build:${subject}`)?.startMs
    if (part === undefined || startMs === undefined) continue
    platforms[platform] = part
    starts.push(startMs)
  }
  const isReused = Object.values(platforms).every(({ outcome }) => outcome === 'reused')
  return {
    ...image,
    outcome: isReused ? 'reused' : 'built',
    seconds: (named.endMs - Math.min(...starts)) / 1000,
    instructions: [],
    platforms,
  }
}

/** Writes the references for scripts: `KINDLING_IMAGE_GATEWAY=localhost/shop/gateway:…`, one a line. */
function writeTags(config: Config, images: Readonly<Record<string, BuildResult>>): void {
  const lines = Object.entries(images).map(([name, { reference }]) => `${imageVariable(name)}=${reference}\n`)
  writePrivateFile(tagsFile(config), lines.join(''))
}

/** The file `buildImages` writes the references to, beside the configuration. */
export function tagsFile(config: Pick<Config, 'root'>): string {
  return join(config.root, '.kindling', 'images.env')
}

/** One image, as `buildImages` has it. Rejects with its failure when it could not be built. */
export async function buildImage(
  name: string,
  options: Omit<BuildImagesOptions, 'images'>,
): Promise<BuildResult> {
  const { images, result } = await buildImages({ ...options, images: [name] })
  const image = images[name]
  if (image !== undefined) return image
  const [failure] = [...result.tasks.values()].flatMap((task) => task.failure ?? [])
  throw new Error(failure === undefined ? `there is no image ${name} to build` : failure.message)
}
