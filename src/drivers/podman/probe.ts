import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandError } from '../../exec/command-error.ts'
import type { Podman } from './podman.ts'
import { probeExitCode, probeProgram } from './probe-program.ts'

export type ProbeResult =
  | { readonly works: true }
  | { readonly works: false; readonly stage: 'build' | 'run'; readonly output: string }

/**
 * Finds out by trying whether this podman can build an image and start a container: a program of a hundred bytes in
 * an image made from scratch. Leaves nothing behind.
 */
export async function probePodman(podman: Podman, signal?: AbortSignal): Promise<ProbeResult> {
  const program = probeProgram(process.arch)
  // Nothing to try with: the first build will tell.
  if (program === undefined) return { works: true }
  const directory = mkdtempSync(join(tmpdir(), 'kindling-probe-'))
  const nonce = randomBytes(6)
  const image = `localhost/kindling-probe:${nonce.toString('hex')}`
  const options = { timeoutMs: 60_000, ...(signal === undefined ? {} : { signal }) }
  try {
    // With the same content, two probes at once would share a layer, and the first to end takes it from the other.
    writeFileSync(join(directory, 'probe'), Buffer.concat([program, nonce]))
    chmodSync(join(directory, 'probe'), 0o755)
    writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\nCOPY probe /probe\nENTRYPOINT ["/probe"]\n')
    // The cache is looked for in every image there is, and one that is being removed ends such a build.
    const build = await outputOf(
      podman.run(['build', '--quiet', '--no-cache', '--tag', image, directory], options),
    )
    if (build !== undefined) return { works: false, stage: 'build', output: build }
    const run = await outputOf(
      podman.run(['run', '--rm', '--network=none', image], { ...options, okExitCodes: [probeExitCode] }),
    )
    return run === undefined ? { works: true } : { works: false, stage: 'run', output: run }
  } finally {
    await outputOf(podman.run(['rmi', '--force', image], { timeoutMs: 60_000 }))
    rmSync(directory, { recursive: true, force: true })
  }
}

async function outputOf(run: Promise<unknown>): Promise<string | undefined> {
  try {
    await run
    return undefined
  } catch (error) {
    if (error instanceof CommandError && error.reason !== 'cancelled') return error.tail || error.message
    throw error
  }
}
