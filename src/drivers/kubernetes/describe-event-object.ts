import { type EventObject, timeOf } from './live-objects.ts'

/** An event in a line: when, how serious, about what, and what was said. */
export function describeEventObject(event: EventObject): string {
  const { kind = '', namespace, name = '' } = event.involvedObject
  const count = event.series?.count ?? event.count ?? 1
  const about = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
  const message = (event.message ?? '').trim().replaceAll('\n', '\n  ')
  const times = count > 1 ? ` (${count} times)` : ''
  return `${timeOf(event)}  ${event.type ?? 'Normal'}  ${about}  ${event.reason ?? ''}: ${message}${times}`
}
