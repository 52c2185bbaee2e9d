import { allOf, type EvidenceFolder, type EvidenceOptions, type EvidenceSource } from '../evidence.ts'
import type { Connect } from './container-logs.ts'
import { describeEventObject } from './describe-event-object.ts'
import { describePod } from './describe-pod.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { condition, type EventObject, type LiveObject, type Pod, timeOf } from './live-objects.ts'
import { containersOf, podProblems } from './pod-problems.ts'

/** Pods as they stand, what has been said about all objects, and what is wrong with pods and nodes. */
export function clusterStateEvidence(connect: Connect): EvidenceSource {
  return {
    title: 'pods and events',
    collect: async (folder, options) => {
      const client = await connect()
      if (client === undefined) return
      const events = eventsOf(client, options)
      await allOf([
        events.then((all) => writeEvents(all, folder)),
        // Pods can be told of without what was said about them.
        writePods(
          client,
          events.catch(() => []),
          folder,
          options,
        ),
        noteNodes(client, folder, options),
      ])
    },
  }
}

async function eventsOf(client: KubernetesClient, options: EvidenceOptions): Promise<readonly EventObject[]> {
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Event' }, options)
  return (items as readonly EventObject[]).toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))
}

function writeEvents(events: readonly EventObject[], folder: EvidenceFolder): void {
  if (events.length === 0) return
  folder.write('events.txt', events.map((event) => `${describeEventObject(event)}\n`).join(''))
}

async function writePods(
  client: KubernetesClient,
  events: Promise<readonly EventObject[]>,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod' }, options)
  const pods = items as readonly Pod[]
  const said = await events
  const texts = pods.map((pod) => describePod(pod, said))
  if (texts.length > 0) {
    const text = texts.map((lines) => `${lines.join('\n')}\n`).join('\n')
    folder.write('pods.txt', text, { keeps: 'start' })
  }
  const warnings = said.filter(({ type }) => type === 'Warning')
  for (const pod of pods) {
    const problems = podProblems(pod, warnings, 0)
    for (const { message } of problems) folder.note(folder.redact(message))
    if (problems.length === 0) noteRestarts(pod, folder)
  }
}

/** A pod may be well again, and yet have been away when it was needed. */
function noteRestarts(pod: Pod, folder: EvidenceFolder): void {
  for (const { status } of containersOf(pod)) {
    const { restartCount = 0, lastState } = status
    if (restartCount === 0) continue
    const { exitCode, reason = '' } = lastState?.terminated ?? {}
    const why = ['', 'Error', 'Completed'].includes(reason) ? '' : ` (${reason})`
    const end = exitCode === undefined ? '' : `, last after exit code ${exitCode}${why}`
    const times = restartCount === 1 ? 'once' : `${restartCount} times`
    folder.note(`${pod.metadata.name}/${status.name} was restarted ${times}${end}`)
  }
}

async function noteNodes(
  client: KubernetesClient,
  folder: EvidenceFolder,
  options: EvidenceOptions,
): Promise<void> {
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Node' }, options)
  for (const node of items as readonly (LiveObject & Pick<Pod, 'status'>)[]) {
    const ready = condition(node, 'Ready')
    const { name } = node.metadata
    if (ready?.status !== 'True')
      folder.note(`node ${name} is not ready: ${ready?.message ?? 'nobody says why'}`)
    for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure']) {
      const pressure = condition(node, type)
      if (pressure?.status === 'True') folder.note(`node ${name} has ${type}: ${pressure.message ?? ''}`)
    }
  }
}
