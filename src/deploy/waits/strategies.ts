import type { ContainerChoice, ObjectCondition } from '../../drivers/cluster.ts'
import { unreachable } from '../../util/unreachable.ts'
import { conditionWait } from './condition.ts'
import { dnsWait } from './dns.ts'
import { endpointsWait } from './endpoints.ts'
import { execWait } from './exec.ts'
import { httpWait, type RequestDescription, type TlsDescription } from './http.ts'
import { jobWait } from './job.ts'
import { logWait } from './log.ts'
import { rolloutWait } from './rollout.ts'
import { tcpWait } from './tcp.ts'
import type { TextPattern } from './text-pattern.ts'
import type { WaitStrategy } from './wait-strategy.ts'

/** A wait as the configuration states it. */
export type WaitDescription =
  | { readonly kind: 'rollout' }
  | { readonly kind: 'job'; readonly name?: string }
  | { readonly kind: 'endpoints'; readonly name?: string }
  | ({ readonly kind: 'http' } & RequestDescription)
  | ({ readonly kind: 'https' } & RequestDescription & TlsDescription)
  | { readonly kind: 'tcp'; readonly port: string }
  | ({ readonly kind: 'exec'; readonly command: readonly string[] } & ContainerChoice)
  | ({ readonly kind: 'log'; readonly line: TextPattern } & ContainerChoice)
  | ({ readonly kind: 'condition' } & ObjectCondition)
  | ({ readonly kind: 'dns'; readonly name: string } & ContainerChoice)

/** The strategy for what the configuration says, for one wait. */
export function waitStrategy(wait: WaitDescription): WaitStrategy {
  switch (wait.kind) {
    case 'rollout':
      return rolloutWait()
    case 'job':
      return jobWait(wait.name)
    case 'endpoints':
      return endpointsWait(wait.name)
    case 'http':
      return httpWait(wait)
    case 'https':
      return httpWait(wait, wait)
    case 'tcp':
      return tcpWait(wait.port)
    case 'exec':
      return execWait(wait.command, choiceOf(wait))
    case 'log':
      return logWait(wait.line, choiceOf(wait))
    case 'condition':
      return conditionWait(wait)
    case 'dns':
      return dnsWait(wait.name, choiceOf(wait))
    default:
      return unreachable(wait)
  }
}

function choiceOf({ container, pod }: ContainerChoice): ContainerChoice {
  return {
    ...(container === undefined ? {} : { container }),
    ...(pod === undefined ? {} : { pod }),
  }
}
