import type { ExternalImage } from '../config/config.ts'
import type { CallOptions } from '../drivers/container-engine.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { taskError } from './failure.ts'
import { makeFromRootfs, type Rootfs, rootfsOf } from './rootfs.ts'
import type { ImageScope } from './run-scope.ts'

/** What a failed pull says when the registry, rather than the image, is the problem. */
const isUnreachable =
  /no such host|connection refused|network is unreachable|no route to host|i\/o timeout|TLS handshake timeout|context deadline exceeded|temporary failure in name resolution|server misbehaving/i

/** What may be gone in a moment: registries that are busy, or limit the rate (I13). */
const isPassing =
  /too many requests|toomanyrequests|\b(?:429|50[0234])\b|unexpected EOF|connection reset|timeout/i

/** Before the second attempt, milliseconds; doubled for each further one. */
const firstRetryDelayMs = 1_000

/**
 * Has an external image in the engine: as it is there, pulled, or, where no registry can be reached, made from the
 * root file system its configuration describes. It is kept for later runs; nobody's image is replaced (I10, I13). Of
 * several processes that lack it, one fetches or makes it.
 */
export async function pullImage(
  image: ExternalImage,
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  const rootfs =
    image.rootfs === undefined ? undefined : rootfsOf(image.name, image.rootfs, scope.config.root)
  const found = await findImage(image, rootfs, scope, context)
  if (found !== undefined) return provide(image, found, 'reused', scope)
  const release = await scope.holds.wait(
    `image-${(rootfs?.reference ?? image.reference).replaceAll(/[^\w.-]/g, '-')}`,
    `kindling, run ${scope.run.id}`,
    (ms) => scope.clock.sleep(ms, context.signal),
    ({ pid }) => context.progress(`process ${pid} fetches the same image; waiting for it`),
  )
  try {
    const meanwhile = await findImage(image, rootfs, scope, context)
    if (meanwhile !== undefined) return provide(image, meanwhile, 'reused', scope)
    const fetched = await fetchImage(image, rootfs, scope, context)
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
): Promise<Found | undefined> {
  for (const reference of [image.reference, ...(rootfs === undefined ? [] : [rootfs.reference])]) {
    const id = await engine.imageId(reference, { signal })
    if (id !== undefined) return { reference, id }
  }
  return undefined
}

async function fetchImage(
  image: ExternalImage,
  rootfs: Rootfs | undefined,
  scope: ImageScope,
  context: TaskContext,
): Promise<Found> {
  const { reference } = image
  const options: CallOptions = { signal: context.signal, onLine: context.output }
  try {
    context.progress(`pulling ${reference}`)
    const id = await scope.engine.pull(reference, options)
    await scope.rememberPulled(reference)
    return { reference, id }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    if (rootfs === undefined || !isUnreachable.test(error.stderr)) throw pullFailure(image, error, context)
    context.output('info', `${reference} cannot be reached; making the image from packages instead`)
  }
  return { reference: rootfs.reference, id: await makeFromRootfs(rootfs, scope, context, options) }
}

function pullFailure(image: ExternalImage, error: CommandError, { attempt }: TaskContext): Error {
  const { where, tail, message, stderr } = error
  return taskError(
    {
      code: 'E_PULL_FAILED',
      message: `${image.reference} could not be pulled`,
      where,
      detail: tail || message,
      hint: isUnreachable.test(stderr)
        ? 'the registry cannot be reached from here: check the network, or give the image a `rootfs` command to make it from packages'
        : 'check the name and tag, and whether the registry needs a login (`podman login`)',
    },
    {
      cause: error,
      isRetryable: error.reason === 'exit' && isPassing.test(stderr),
      retryDelayMs: firstRetryDelayMs * 2 ** (attempt - 1),
    },
  )
}
