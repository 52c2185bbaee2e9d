import type { BuiltImage, Config, Image } from '../config/config.ts'
import { localPlatform, platformName } from '../util/platform.ts'
import { buildSlots } from './capacity.ts'
import type { ImageTask, PlanFacts } from './plan.ts'

/** Memory for fetching an image, or making one from packages. */
const pullMemoryBytes = 256 * 2 ** 20

/** A build that has taken so much before may take that much more the next time. */
const memoryMargin = 1.25

/** The platforms that an image is built for, where there are several; otherwise none. */
export type SeveralPlatforms = (image: BuiltImage) => readonly string[]

/**
 * The tasks that provide images and all they are built on, each after its own needs: one for each image (I16), or, of
 * an image for several platforms, one for each of them and one that gives them their common name.
 */
export function imageTasks(
  config: Config,
  names: Iterable<string>,
  facts: Pick<PlanFacts, 'expectedMs' | 'memoryOf'>,
  severalOf: SeveralPlatforms = () => [],
): ImageTask[] {
  const tasks = new Map<string, ImageTask>()
  const visit = (name: string, platform?: string): void => {
    const image = config.images.get(name)
    const id = providingTask(name, config, platform)
    if (image === undefined || tasks.has(id)) return
    const needs = needsOf(image, config, platform, severalOf)
    for (const need of needs) visit(need.name, need.platform)
    const ids = needs.map((need) => providingTask(need.name, config, need.platform))
    tasks.set(id, providing(image, platform, ids, facts))
  }
  for (const name of names) {
    const image = config.images.get(name)
    const several = image?.kind === 'built' ? severalOf(image) : []
    if (several.length === 0) visit(name)
    for (const platform of several) visit(name, platform)
  }
  return [...tasks.values(), ...manifestTasks([...tasks.values()], facts.expectedMs)]
}

/** The id of the task that provides an image, or one platform of it. */
export function imageTaskId(name: string, config: Config): string {
  return providingTask(name, config)
}

function providingTask(name: string, config: Config, platform?: string): string {
  const kind = config.images.get(name)?.kind === 'external' ? 'pull' : 'build'
  return `${kind}:${platformName(name, platform)}`
}

interface Need {
  readonly name: string
  readonly platform: string | undefined
}

function needsOf(
  image: Image,
  config: Config,
  platform: string | undefined,
  severalOf: SeveralPlatforms,
): Need[] {
  if (image.kind === 'external') return []
  return image.needs.map((name) => {
    const need = config.images.get(name)
    return { name, platform: need === undefined ? undefined : platformFor(need, image, platform, severalOf) }
  })
}

/** The platform of `need` that a build is to stand on: its own, where there is a choice. */
function platformFor(
  need: Image,
  image: BuiltImage,
  platform: string | undefined,
  severalOf: SeveralPlatforms,
): string | undefined {
  if (need.kind === 'external') return platform
  const several = severalOf(need)
  // What says of itself what it is for, as a stage of tools does, is that for everybody.
  if (several.length === 0) return need.platforms.length === 1 ? undefined : platform
  const wanted = platform ?? (image.platforms.length === 1 ? image.platforms[0] : undefined)
  return wanted !== undefined && several.includes(wanted) ? wanted : (platform ?? localPlatform(several))
}

function providing(
  image: Image,
  platform: string | undefined,
  needs: readonly string[],
  { expectedMs, memoryOf }: Pick<PlanFacts, 'expectedMs' | 'memoryOf'>,
): ImageTask {
  const { name, kind } = image
  const id = `${kind === 'external' ? 'pull' : 'build'}:${platformName(name, platform)}`
  const base = {
    ...{ id, phase: 'build', image: name, expectedMs: expectedMs(id), needs },
    ...(platform === undefined ? {} : { platform }),
  }
  if (kind === 'external') return { ...base, kind: 'pull', slots: buildSlots(pullMemoryBytes) }
  const memoryBytes = Math.max(image.memoryBytes, memoryOf(id) * memoryMargin)
  return { ...base, kind: 'build', slots: buildSlots(memoryBytes), timeoutMs: image.timeoutMs }
}

/** For each image of which there are platforms, the task that puts them under one name. */
function manifestTasks(tasks: readonly ImageTask[], expectedMs: PlanFacts['expectedMs']): ImageTask[] {
  const platforms = new Map<string, string[]>()
  for (const task of tasks) {
    if (task.kind !== 'build' || task.platform === undefined) continue
    platforms.set(task.image, [...(platforms.get(task.image) ?? []), task.platform])
  }
  return [...platforms].map(([image, of]) => {
    const id = `manifest:${image}`
    const needs = of.map((platform) => `build:${platformName(image, platform)}`)
    const base = { id, phase: 'build', image, needs, slots: {}, expectedMs: expectedMs(id) }
    return { ...base, kind: 'manifest', platforms: of }
  })
}
