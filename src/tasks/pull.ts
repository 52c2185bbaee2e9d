import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ExternalImage } from '../config/config.ts'
import type { CallOptions } from '../drivers/container-engine.ts'
import { labels } from '../drivers/labels.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { describing } from './failure.ts'
import type { ImageScope } from './run-scope.ts'

/** What a failed pull says when the registry, rather than the image, is the problem. */
const isUnreachable =
  /no such host|connection refused|network is unreachable|no route to host|i\/o timeout|TLS handshake timeout|context deadline exceeded|temporary failure in name resolution|server misbehaving/i

/**
 * Has an external image in the engine: as it is there, pulled, or, where no registry can be reached, made from the
 * root file system its configuration describes. It is kept for later runs; nobody's image is replaced (I10, I13).
 */
export async function pullImage(
  image: ExternalImage,
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  const { engine } = scope
  const provide = (reference: string, id: string, outcome: TaskResult['outcome']): TaskResult => {
    scope.provided.set(image.name, { reference, id, fingerprint: id })
    return { outcome, outputs: { reference, id } }
  }
  const here = await engine.imageId(image.reference, { signal: context.signal })
  if (here !== undefined) return provide(image.reference, here, 'reused')

  const rootfs = image.rootfs === undefined ? undefined : { command: image.rootfs, ...made(image, scope) }
  if (rootfs !== undefined) {
    const id = await engine.imageId(rootfs.reference, { signal: context.signal })
    if (id !== undefined) return provide(rootfs.reference, id, 'reused')
  }
  const options: CallOptions = { signal: context.signal, onLine: context.output }
  try {
    context.progress(`pulling ${image.reference}`)
    const id = await engine.pull(image.reference, options)
    await scope.rememberPulled(image.reference)
    context.resourceCreated('image', image.reference)
    return provide(image.reference, id, 'succeeded')
  } catch (error) {
    const canMake = error instanceof CommandError && isUnreachable.test(error.stderr)
    if (rootfs === undefined || !canMake) throw await pullFailure(image, error)
    context.output('info', `${image.reference} cannot be reached; making the image from packages instead`)
  }
  const id = await makeFromRootfs(rootfs, scope, context, options)
  context.resourceCreated('image', rootfs.reference)
  return provide(rootfs.reference, id, 'succeeded')
}

interface Rootfs {
  readonly command: readonly string[]
  readonly reference: string
  readonly fingerprint: string
}

/** The reference follows from the command and the scripts it names, so that a changed script makes a new image. */
function made(image: ExternalImage, scope: ImageScope): Pick<Rootfs, 'reference' | 'fingerprint'> {
  const hash = createHash('sha256')
  for (const word of image.rootfs ?? []) {
    hash.update(`${word}\0`)
    const file = join(scope.config.root, word)
    if (existsSync(file) && statSync(file).isFile()) hash.update(readFileSync(file))
  }
  const fingerprint = hash.digest('hex')
  return { fingerprint, reference: `localhost/kindling-base/${image.name}:${fingerprint.slice(0, 12)}` }
}

async function makeFromRootfs(
  { command, reference, fingerprint }: Rootfs,
  scope: ImageScope,
  context: TaskContext,
  options: CallOptions,
): Promise<string> {
  const [program = '', ...args] = command
  const tar = join(scope.run.temporary, `${reference.replaceAll(/[^\w.-]/g, '-')}.tar`)
  context.progress(`making ${reference} with ${command.join(' ')}`)
  try {
    await describing(
      scope.exec.run({ program, args, cwd: scope.config.root }, { ...options, stdoutFile: tar }),
      () => ({
        code: 'E_ROOTFS_FAILED',
        message: `the root file system of ${reference} could not be made`,
        hint: 'run the command by hand: it must write a tar to standard output and exit with 0',
      }),
    )
    const of = { [labels.base]: 'true', [labels.fingerprint]: fingerprint }
    return await describing(scope.engine.importRootfs(tar, reference, of, options), () => ({
      code: 'E_ROOTFS_FAILED',
      message: `the root file system of ${reference} could not be imported`,
    }))
  } finally {
    rmSync(tar, { force: true })
  }
}

async function pullFailure(image: ExternalImage, error: unknown): Promise<unknown> {
  return describing(Promise.reject(error), ({ stderr }) => ({
    code: 'E_PULL_FAILED',
    message: `${image.reference} could not be pulled`,
    hint: isUnreachable.test(stderr)
      ? 'the registry cannot be reached from here: check the network, or give the image a `rootfs` command to make it from packages'
      : 'check the name and tag, and whether the registry needs a login (`podman login`)',
  })).catch((described: unknown) => described)
}
