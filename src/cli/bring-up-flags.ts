import { resolve } from 'node:path'
import type { ClusterProvider, EvidenceChoice } from '../config/config.ts'
import type { EngineName } from '../drivers/engines.ts'
import type { UpOptions } from '../operations/run/bring-up.ts'
import type { StrategyName } from '../plan/plan.ts'
import { isCoverage } from './coverage-flag.ts'
import type { Session } from './session.ts'

/** What `up` and `test` are told on the command line. */
export interface BringUpFlags {
  readonly file?: string
  readonly strategy: StrategyName
  readonly provider?: ClusterProvider
  readonly nodeImage?: string
  readonly engine?: EngineName
  readonly recreate?: boolean
  readonly failFast?: boolean
  /** A share of the median of recent runs: 0.2 for 20%. */
  readonly failOnRegression?: number
  readonly archive?: string
  readonly evidence?: EvidenceChoice
  /** Milliseconds. */
  readonly keepFor?: number
  readonly coverage?: boolean
}

/** The flags as the operations take them. */
export function bringUpOptions(
  session: Session,
  flags: BringUpFlags,
): Pick<
  UpOptions,
  'strategy' | 'failureMode' | 'archive' | 'engine' | 'recreates' | 'evidence' | 'keepForMs' | 'isCoverage'
> {
  const { strategy, failFast, archive, engine, recreate, evidence, keepFor } = flags
  return {
    strategy,
    failureMode: failFast === true ? 'kill' : 'continue',
    ...(archive === undefined ? {} : { archive: resolve(session.cwd, archive) }),
    ...(engine === undefined ? {} : { engine }),
    ...(evidence === undefined ? {} : { evidence }),
    recreates: recreate === true,
    ...(keepFor === undefined ? {} : { keepForMs: keepFor }),
    isCoverage: isCoverage(session, flags),
  }
}
