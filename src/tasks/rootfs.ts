import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CallOptions } from '../drivers/container-engine.ts'
import { labels } from '../drivers/labels.ts'
import type { TaskContext } from '../engine/task-context.ts'
import { describing } from './failure.ts'
import type { ImageScope } from './run-scope.ts'

/** An image that is made from the root file system a command writes. */
export interface Rootfs {
  readonly command: readonly string[]
  /** Follows from the command and the scripts it names: a changed script makes a new image. */
  readonly reference: string
  readonly fingerprint: string
}

/** What the image `name` is called when the command makes it. */
export function rootfsOf(name: string, command: readonly string[], root: string): Rootfs {
  const hash = createHash('sha256')
  for (const word of command) {
    hash.update(`${word}\0`)
    const file = join(root, word)
    if (existsSync(file) && statSync(file).isFile()) hash.update(readFileSync(file))
  }
  const fingerprint = hash.digest('hex')
  return {
    command,
    fingerprint,
    reference: `localhost/kindling-base/${name}:${fingerprint.slice(0, 12)}`,
  }
}

/** Runs the command and imports what it writes; resolves with the image's ID. */
export async function makeFromRootfs(
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
