import type { CallOptions } from '../container-engine.ts'
import {
  type ContainerLogs,
  type LoggedContainer,
  type LogLine,
  type LogSelection,
  parseLogLine,
} from '../container-logs.ts'
import { labels } from '../labels.ts'
import { lostLog } from './evidence.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { type Pod, uidOf } from './live-objects.ts'
import { containersOf, type PodContainer } from './pod-problems.ts'
import { isSystemNamespace } from './system-namespaces.ts'

/** A server that does not begin to answer by then is not going to. */
const defaultTimeoutMs = 30_000

/** How a cluster is reached; `undefined` as long as there is none. */
export type Connect = () => Promise<KubernetesClient | undefined>

/** The logs of a cluster that is an environment's own. */
export class KubernetesLogs implements ContainerLogs {
  readonly #connect: Connect

  constructor(connect: Connect) {
    this.#connect = connect
  }

  async containers(options: CallOptions): Promise<readonly LoggedContainer[]> {
    const client = await this.#connect()
    if (client === undefined) return []
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod' }, options)
    return (items as readonly Pod[]).flatMap((pod) =>
      containersOf(pod).map((container) => logged(pod, container)),
    )
  }

  async read(
    { namespace = 'default', pod, container }: LoggedContainer,
    { tail, ...selection }: LogSelection,
    onLine: (line: LogLine) => void,
    { signal, timeoutMs = defaultTimeoutMs }: CallOptions,
  ): Promise<void> {
    const client = await this.#connect()
    if (client === undefined) return
    const time = AbortSignal.timeout(timeoutMs)
    const signals = [...(signal === undefined ? [] : [signal]), ...(selection.isFollowing ? [] : [time])]
    const end = AbortSignal.any(signals)
    const which = { ...selection, ...(tail === undefined ? {} : { lines: tail }) }
    for await (const raw of client.logLines({ namespace, pod, container }, which, end)) {
      if (lostLog.test(raw)) throw failed(pod, container, 'NotFound', 'its node has removed the log')
      const line = parseLogLine(raw)
      if (line !== undefined) onLine(line)
    }
    signal?.throwIfAborted()
    if (end.aborted) throw failed(pod, container, 'Timeout', 'the API server does not answer')
  }
}

function failed(pod: string, container: string, reason: string, serverMessage: string): KubernetesError {
  return new KubernetesError({ action: `logs of ${pod}/${container}`, reason, serverMessage })
}

function logged(pod: Pod, { status }: PodContainer): LoggedContainer {
  const { name, namespace = 'default', labels: own } = pod.metadata
  const { running, terminated } = status.state ?? {}
  const { restartCount = 0, lastState } = status
  // Of a container that waits for its next start, the log is that of its last run.
  const startedAt = (running ?? terminated ?? lastState?.terminated)?.startedAt
  return {
    service: own?.[labels.service] ?? '',
    namespace,
    pod: name,
    container: status.name,
    isSystem: isSystemNamespace(namespace),
    run: `${uidOf(pod)} ${status.name} ${restartCount}`,
    state: running !== undefined ? 'running' : terminated !== undefined ? 'ended' : 'waiting',
    hasPrevious: restartCount > 0,
    ...(startedAt === undefined ? {} : { startedAt }),
  }
}
