import { unreachable } from '../../util/unreachable.ts'
import { execWait } from './exec.ts'
import { httpWait } from './http.ts'
import { rolloutWait } from './rollout.ts'
import { tcpWait } from './tcp.ts'
import type { WaitStrategy } from './wait-strategy.ts'

/** A wait as the configuration states it. */
export type WaitDescription =
  | { readonly kind: 'rollout' }
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | { readonly kind: 'http'; readonly port: string; readonly path: string; readonly status: number }
  | { readonly kind: 'tcp'; readonly port: string }

/** The strategy for what the configuration says. */
export function waitStrategy(wait: WaitDescription): WaitStrategy {
  switch (wait.kind) {
    case 'rollout':
      return rolloutWait()
    case 'exec':
      return execWait(wait.command)
    case 'http':
      return httpWait(wait.port, wait.path, wait.status)
    case 'tcp':
      return tcpWait(wait.port)
    default:
      return unreachable(wait)
  }
}
