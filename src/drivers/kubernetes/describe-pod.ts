import { describeEventObject } from './describe-event-object.ts'
import type { ContainerStatus, EventObject, Pod } from './live-objects.ts'
import { uidOf } from './live-objects.ts'
import { containersOf } from './pod-problems.ts'

/** A pod as it stands, for people: where it is, what its containers do, what keeps it, and what was said about it. */
export function describePod(pod: Pod, events: readonly EventObject[]): string[] {
  const { name, namespace = 'default' } = pod.metadata
  const { phase = 'Unknown', reason, message, conditions = [] } = pod.status ?? {}
  const node = pod.spec?.nodeName
  const said = events.filter(({ involvedObject }) => involvedObject.uid === uidOf(pod))
  const why = [reason, message].filter(Boolean).join(': ')
  return [
    `${namespace}/${name}  ${phase}${node === undefined ? '' : ` on ${node}`}${why === '' ? '' : `  ${why}`}`,
    ...containersOf(pod).map(({ status, isInit }) => `  ${describeContainer(status, isInit)}`),
    ...conditions
      .filter(({ status }) => status !== 'True')
      .map((of) => `  not ${of.type}: ${[of.reason, of.message].filter(Boolean).join(': ')}`),
    ...said.map((event) => `  ${describeEventObject(event)}`),
  ]
}

function describeContainer(status: ContainerStatus, isInit: boolean): string {
  const { name, image, ready, restartCount = 0, lastState } = status
  const restarts =
    restartCount > 0 ? `, restarted ${restartCount === 1 ? 'once' : `${restartCount} times`}` : ''
  const last = lastState?.terminated === undefined ? '' : `; before: ${describeState(lastState)}`
  const readiness = status.state?.running === undefined ? '' : ready === true ? ', ready' : ', not ready'
  const what = isInit ? 'init container' : 'container'
  return `${what} ${name} (${image ?? 'no image'})  ${describeState(status.state)}${readiness}${restarts}${last}`
}

function describeState(state: ContainerStatus['state']): string {
  const { waiting, running, terminated } = state ?? {}
  if (running !== undefined) return `running since ${running.startedAt ?? 'an unknown time'}`
  if (terminated !== undefined) {
    const { exitCode, reason, message, finishedAt } = terminated
    const words = [reason, message].filter(Boolean).join(': ')
    const when = finishedAt === undefined ? '' : ` at ${finishedAt}`
    return `ended${when} with exit code ${exitCode}${words === '' ? '' : ` (${words.trim()})`}`
  }
  const words = [waiting?.reason, waiting?.message].filter(Boolean).join(': ')
  return `waiting${words === '' ? '' : ` (${words})`}`
}
