import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CommandError } from '../../exec/command-error.ts'
import type { OutputStream } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import { type CreateFailure, describeCreateFailure } from './create-failure.ts'
import type { Kind } from './kind.ts'
import { onNodesFree, onNodesMade, progressLines } from './progress.ts'

export interface CreateAttempt {
  readonly cluster: string
  readonly configFile: string
  /** Those that the configuration fixes. */
  readonly hostPorts: readonly number[]
  /** Where to keep what there is to know of a failure; made for that. */
  readonly evidenceDirectory: string
  /** Called when the nodes are there, while Kubernetes is yet to be started on them. */
  readonly onNodes?: () => void
  /** Called when the nodes are to be given images. */
  readonly onNodesFree?: () => void
}

/** The logs of a node that has hung are not waited for longer. */
const logsTimeoutMs = 60_000

/**
 * Has kind create a cluster once. When that fails, the logs of its nodes are saved and the nodes are left; resolves with
 * why it failed. Rejects with a `CommandError` when it was cancelled or there is no kind.
 */
export async function attemptCreate(
  kind: Kind,
  attempt: CreateAttempt,
  options: CallOptions,
): Promise<(CreateFailure & { readonly output: string }) | undefined> {
  const { cluster, configFile, hostPorts, evidenceDirectory } = attempt
  const lines: string[] = []
  const passOn = options.onLine === undefined ? undefined : progressLines(options.onLine)
  const watches = [onNodesMade(attempt.onNodes ?? (() => {})), onNodesFree(attempt.onNodesFree ?? (() => {}))]
  const onLine = (stream: OutputStream, line: string) => {
    lines.push(line)
    for (const watch of watches) watch(line)
    passOn?.(stream, line)
  }
  // Left by a kind that was killed, it would make this one fail.
  rmSync(`${kind.kubeconfig}.lock`, { force: true })
  mkdirSync(dirname(kind.kubeconfig), { recursive: true, mode: 0o700 })
  try {
    // Otherwise kind removes its nodes when something fails, and what they know goes with them (C7).
    const args = ['create', 'cluster', '--name', cluster, '--config', configFile, '--retain']
    await kind.run(args, { ...options, onLine })
    return undefined
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason === 'cancelled' || error.reason === 'spawn')
      throw error
    mkdirSync(evidenceDirectory, { recursive: true })
    writeFileSync(join(evidenceDirectory, 'kind-create.txt'), `${lines.join('\n')}\n`)
    await saveLogs(kind, cluster, evidenceDirectory, options)
    const output = `${error.tail}\nevidence: ${evidenceDirectory}`.trimStart()
    return { ...describeCreateFailure(lines.join('\n'), hostPorts), output }
  }
}

async function saveLogs(
  kind: Kind,
  cluster: string,
  directory: string,
  { signal }: CallOptions,
): Promise<void> {
  try {
    const options = { timeoutMs: logsTimeoutMs, ...(signal === undefined ? {} : { signal }) }
    await kind.exportLogs(cluster, directory, options)
  } catch (error) {
    // The failure itself tells more than that there are no nodes to have logs.
    if (!(error instanceof CommandError) || error.reason === 'cancelled') throw error
  }
}
