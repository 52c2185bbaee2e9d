import { Writable } from 'node:stream'
import type { KubeConfig, V1Status } from '@kubernetes/client-node'
import type { ExecOutcome } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import type { ContainerKey } from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'

/** What the `timeout` program of coreutils exits with when the time is over. */
const timeoutExitCode = 124
/** What a shell exits with when it cannot start a command. */
const notStartedExitCode = 126
const outputLimit = 1024 * 1024

/** Runs a command in a container, over a web socket as the API server has it. */
export async function execInPod(
  config: KubeConfig,
  { namespace, pod, container }: ContainerKey,
  command: readonly string[],
  { signal, timeoutMs }: CallOptions,
): Promise<ExecOutcome> {
  signal?.throwIfAborted()
  const { Exec } = await import('@kubernetes/client-node')
  const stdout = new Collector()
  const stderr = new Collector()
  const action = `exec in ${pod}/${container}`
  return new Promise((resolve, reject) => {
    let close = () => {}
    let isOver = false
    const finish = (settle: () => void) => {
      isOver = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      close()
      settle()
    }
    const onAbort = () => finish(() => reject(signal?.reason))
    const onTimeout = () =>
      finish(() => resolve({ exitCode: timeoutExitCode, output: `no end within ${timeoutMs} ms` }))
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })

    const onStatus = (status: V1Status) => finish(() => resolve(outcomeOf(status, stdout.text, stderr.text)))
    new Exec(config)
      .exec(namespace, pod, container, [...command], stdout, stderr, null, false, onStatus)
      .then((socket) => {
        close = () => socket.terminate()
        if (isOver) close()
        socket.on('close', () => finish(() => reject(lost(action, 'the connection was closed'))))
      })
      .catch((error: unknown) => finish(() => reject(lost(action, messageOf(error), error))))
  })
}

function outcomeOf(status: V1Status, stdout: string, stderr: string): ExecOutcome {
  const output = [stdout, stderr].map((text) => text.replace(/\n+$/, '')).filter(Boolean)
  if (status.status === 'Success') return { exitCode: 0, output: output.join('\n') }
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  if (code !== undefined) return { exitCode: Number(code), output: output.join('\n') }
  return {
    exitCode: notStartedExitCode,
    output: [...output, status.message ?? 'it could not be started'].join('\n'),
  }
}

function lost(action: string, serverMessage: string, cause?: unknown): KubernetesError {
  // The web socket library tells of a refusal only in its message.
  const status = /server response: (\d+)/.exec(serverMessage)?.[1]
  return new KubernetesError({
    action,
    ...(status === undefined ? {} : { status: Number(status) }),
    reason: 'Unreachable',
    serverMessage,
    cause,
  })
}

function messageOf(error: unknown): string {
  const isTold = typeof error === 'object' && error !== null && 'message' in error
  return isTold && typeof error.message === 'string' && error.message !== '' ? error.message : 'no connection'
}

/** Keeps the beginning of what a command prints. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = []
  #length = 0

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#length < outputLimit) this.#chunks.push(chunk)
    this.#length += chunk.length
    done()
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
