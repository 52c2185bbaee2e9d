import type { HandOver } from '../operations/hand-over/hand-over.ts'
import { resultObject } from '../operations/hand-over/result-object.ts'
import type { UpResult } from '../operations/up.ts'
import type { Chosen } from './load-environment.ts'
import type { Session } from './session.ts'

/** What `up` is asked for, on standard output: addresses, or one object, in one line while others wait for more. */
export function printUp(
  { stdout }: Session,
  chosen: Chosen,
  result: UpResult,
  { output, hold = false }: { readonly output: 'text' | 'json'; readonly hold?: boolean },
): void {
  if (output === 'json') stdout.write(`${JSON.stringify(resultObject(chosen, result), null, hold ? 0 : 2)}\n`)
  else if (result.handOver !== undefined) stdout.write(addresses(result.handOver))
}

function addresses({ services }: HandOver): string {
  const lines = Object.entries(services).flatMap(([service, { ports }]) =>
    Object.entries(ports).map(([port, { url }]) => [`${service}.${port}`, url] as const),
  )
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  return lines.map(([name, url]) => `${name.padEnd(width)}  ${url}\n`).join('')
}
