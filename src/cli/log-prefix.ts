import { createColors } from 'picocolors'
import type { LoggedContainer } from '../drivers/container-logs.ts'

/** The container that a line is from, each name told once: `web`, `web/web-7d4b`, `web/web-7d4b/proxy`. */
export function logPrefixes({ color }: { readonly color: boolean }): (of: LoggedContainer) => string {
  const { cyan, yellow, green, magenta, blue } = createColors(color)
  const paints = [cyan, yellow, green, magenta, blue]
  const owners: string[] = []
  let width = 0
  return ({ service, namespace = '', pod, container }) => {
    const owner = service === '' ? namespace : service
    if (!owners.includes(owner)) owners.push(owner)
    const text = [...new Set([owner, pod, container])].filter(Boolean).join('/')
    width = Math.max(width, text.length)
    const paint = paints[owners.indexOf(owner) % paints.length] ?? cyan
    return `${paint(`${text.padEnd(width)} |`)} `
  }
}
