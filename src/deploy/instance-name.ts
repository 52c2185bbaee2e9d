import { createHash } from 'node:crypto'

/** What names of StatefulSets and CronJobs may have, which Kubernetes makes longer ones of. */
const longestName = 52

/**
 * The name that an object of a service has in another instance of it. One that begins with the service's name begins
 * with the instance's: `gateway-config` becomes `gateway-blue-config`. Any other gets it as its end: `settings` becomes
 * `settings-gateway-blue`. What is too long is cut, and ends with a hash of all of it.
 */
export function instanceName(name: string, service: string, instance: string): string {
  const isNamed = name === service || name.startsWith(`${service}-`)
  const full = isNamed ? `${instance}${name.slice(service.length)}` : `${name}-${instance}`
  if (full.length <= longestName) return full
  const hash = createHash('sha256').update(full).digest('hex').slice(0, 8)
  const start = full.slice(0, longestName - hash.length - 1).replace(/[^A-Za-z0-9]+$/, '')
  return `${start}-${hash}`
}
