import type { CallOptions } from '../container-engine.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { type ContainerStatus, type EventObject, type Pod, timeOf } from './live-objects.ts'
import { containersOf, type RolloutProblem } from './pod-problems.ts'

/** With what was said before, no more than a person sees without scrolling. */
const eventLines = 6
const logLines = 15
/** What a person is to see of a failure is worth waiting for, but not for long. */
const timeoutMs = 5_000
/** What a node answers, as if it were the log, when it has removed it. */
export const lostLog: RegExp = /^unable to retrieve container logs for/
/** A pod is made before its node has heard of the Secrets and ConfigMaps in it; that passes, and means nothing. */
const isNoise = ({ message = '' }: EventObject) => /failed to sync \w+ cache/.test(message)

/** What tells more of a problem: the last events, and the last lines of the container, in this run and the one before. */
export async function evidenceOf(
  client: KubernetesClient,
  problem: RolloutProblem,
  pod: Pod | undefined,
  { signal }: CallOptions,
): Promise<string> {
  const options = { timeoutMs, ...(signal === undefined ? {} : { signal }) }
  const parts = await Promise.all([
    eventsOf(client, problem, options),
    ...(pod === undefined
      ? []
      : containersOf(pod)
          .filter(({ status }) => status.name === problem.container)
          .map(({ status }) => logsOf(client, pod, status, logLines, options))),
  ])
  return parts.filter(Boolean).join('\n')
}

/** The last lines of a container, titled; with those of its previous run, where that is another one. */
export async function logsOf(
  client: KubernetesClient,
  { metadata: { name, namespace = 'default' } }: Pod,
  { name: container, state, restartCount = 0 }: ContainerStatus,
  lines: number,
  options: CallOptions,
): Promise<string> {
  // Of a container that waits, the log already is that of its last run.
  const hasPrevious = restartCount > 0 && state?.waiting === undefined
  const texts = await Promise.all(
    (hasPrevious ? [true, false] : [false]).map(async (isPrevious) => {
      const which = { lines, isPrevious }
      // Without a log there is nothing to show; that is no reason to fail in telling why something failed.
      const text = await client.logs({ namespace, pod: name, container }, which, options).catch(() => '')
      const title = `--- ${name}/${container}${isPrevious ? ', the run before' : ''}`
      return text.trim() === '' || lostLog.test(text) ? '' : `${title}\n${text.trimEnd()}`
    }),
  )
  return texts.filter(Boolean).join('\n')
}

async function eventsOf(
  client: KubernetesClient,
  { uid, namespace, pod }: RolloutProblem,
  options: CallOptions,
): Promise<string> {
  const query = { apiVersion: 'v1', kind: 'Event', namespace, fields: { 'involvedObject.uid': uid } }
  const { items } = await client.list(query, options).catch(() => ({ items: [] }))
  const events = (items as readonly EventObject[])
    .filter((event) => !isNoise(event))
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .slice(-eventLines)
    .map((event) => {
      const count = event.series?.count ?? event.count ?? 1
      return `${event.reason}: ${event.message?.trim()}${count > 1 ? ` (${count} times)` : ''}`
    })
  return events.length === 0
    ? ''
    : [`--- events${pod === undefined ? '' : ` of ${pod}`}`, ...events].join('\n')
}
