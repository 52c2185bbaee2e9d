import type { ExternalImage } from '../config/config.ts'
import type { CallOptions } from '../drivers/container-engine.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { platformTag } from '../images/tag.ts'
import { parseReference } from '../util/image-reference.ts'
import { isSamePlatform, machinePlatform, platformName } from '../util/platform.ts'
import { taskError } from './failure.ts'
import { isUnreachable, registryFailure } from './registry-failure.ts'
import { makeFromRootfs, type Rootfs, rootfsOf } from './rootfs.ts'
import type { ImageScope } from './run-scope.ts'

/**
 * Has an external image in the engine: as it is there, pulled, or, where no registry can be reached, made from the
 * root file system its configuration describes. It is kept for later runs; nobody's image is replaced (I10, I13). Of
 * several processes that lack it, one fetches or makes it. With a `platform`, it is the image for that one: under its
 * own name where it is what is here, otherwise under one of ours.
 */
export async function pullImage(
  image: ExternalImage,
  scope: ImageScope,
  context: TaskContext,
  platform?: string,
): Promise<TaskResult> {
  const rootfs = rootfsFor(image, scope, platform)
  const found = await findImage(image, rootfs, scope, context, platform)
  if (found !== undefined) return provide(image, found, 'reused', scope)
  const release = await scope.holds.wait(
    `image-${(rootfs?.reference ?? image.reference).replaceAll(/[^\w.-]/g, '-')}`,
    `kindling, run ${scope.run.id}`,
    (ms) => scope.clock.sleep(ms, context.signal),
    ({ pid }) => context.progress(`process ${pid} fetches the same image; waiting for it`),
  )
  try {
    const meanwhile = await findImage(image, rootfs, scope, context, platform)
    if (meanwhile !== undefined) return provide(image, meanwhile, 'reused', scope)
    const fetched = await fetchImage(image, rootfs, scope, context, platform)
    context.resourceCreated('image', fetched.reference)
    return provide(image, fetched, 'succeeded', scope)
  } finally {
    release()
  }
}

interface Found {
  readonly reference: string
  readonly id: string
}

function provide(
  image: ExternalImage,
  { reference, id }: Found,
  outcome: TaskResult['outcome'],
  scope: ImageScope,
): TaskResult {
  scope.provided.set(image.name, { reference, id, fingerprint: id })
  return { outcome, outputs: { reference, id } }
}

async function findImage(
  image: ExternalImage,
  rootfs: Rootfs | undefined,
  { engine }: ImageScope,
  { signal }: TaskContext,
  platform: string | undefined,
): Promise<Found | undefined> {
  const names = [
    image.reference,
    ...(rootfs === undefined ? [] : [rootfs.reference]),
    ...(platform === undefined ? [] : [platformReference(image, platform)]),
  ]
  for (const reference of names) {
    const id = await engine.imageId(reference, { signal })
    if (id === undefined) continue
    if (platform === undefined) return { reference, id }
    const actual = await engine.platformOf(id, { signal })
    if (actual !== undefined && isSamePlatform(actual, platform)) return { reference, id }
  }
  return undefined
}

/** From packages it is made for the machine that makes it. */
function rootfsFor(
  { name, rootfs }: ExternalImage,
  { config }: ImageScope,
  platform: string | undefined,
): Rootfs | undefined {
  if (rootfs === undefined || (platform !== undefined && !isSamePlatform(platform, machinePlatform))) {
    return undefined
  }
  return rootfsOf(name, rootfs, config.root)
}

/** What an external image for one platform is called here, where its own name means another one. */
function platformReference({ reference }: ExternalImage, platform: string): string {
  const { registry, repository, tag, digest } = parseReference(reference)
  const version = digest?.slice(digest.indexOf(':') + 1, 19) ?? tag ?? 'latest'
  const place = registry.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return `localhost/kindling-pulled/${place}/${repository}:${platformTag(version, platform)}`
}

async function fetchImage(
  image: ExternalImage,
  rootfs: Rootfs | undefined,
  scope: ImageScope,
  context: TaskContext,
  platform: string | undefined,
): Promise<Found> {
  const { reference } = image
  const options: CallOptions = { signal: context.signal, onLine: context.output }
  try {
    context.progress(`pulling ${platformName(reference, platform)}`)
    if (platform !== undefined) return await fetchFor(platform, image, scope, options)
    const id = await scope.engine.pull(reference, options)
    await scope.rememberPulled(reference)
    return { reference, id }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    if (rootfs === undefined || !isUnreachable(error)) throw pullFailure(image, error, context)
    context.output('info', `${reference} cannot be reached; making the image from packages instead`)
  }
  return { reference: rootfs.reference, id: await makeFromRootfs(rootfs, scope, context, options) }
}

async function fetchFor(
  platform: string,
  image: ExternalImage,
  scope: ImageScope,
  options: CallOptions,
): Promise<Found> {
  const { reference } = image
  const name = platformReference(image, platform)
  await scope.rememberPulled(name)
  const id = await scope.engine.pullFor({ reference, platform, name, owner: scope.ownerId }, options)
  if (id !== undefined) return { reference: name, id }
  throw taskError({
    code: 'E_PULL_FAILED',
    message: `there is no ${reference} for ${platform}`,
    hint: 'choose an image that is made for all platforms that are built, or leave the platform out',
  })
}

function pullFailure(image: ExternalImage, error: CommandError, { attempt }: TaskContext): Error {
  return registryFailure(error, attempt, {
    code: 'E_PULL_FAILED',
    message: `${image.reference} could not be pulled`,
    hints: {
      unreachable: 'check the network, or give the image a `rootfs` command to make it from packages',
      refused: 'check the name and tag, and whether the registry needs a login',
    },
  })
}
