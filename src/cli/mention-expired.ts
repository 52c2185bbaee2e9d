import { isExpired } from '../state/environment-record.ts'
import type { Session } from './session.ts'

/** Tells of environments whose time is over, after any command that has looked at this machine. */
export function mentionExpired({ loadedHost: host, stderr }: Session): void {
  if (host === undefined) return
  const expired = host.store.list().filter((record) => isExpired(record, host.clock.epochMs()))
  if (expired.length === 0) return
  const ids = expired.map(({ id }) => id).join(', ')
  stderr.write(`expired: ${ids}; \`kindling gc\` removes what has expired\n`)
}
