import type { CoverageResult } from '../coverage/result.ts'
import type { EnvironmentRecord } from '../state/environment-record.ts'
import { removeEnvironment } from '../tasks/remove-environment.ts'
import { takeCoverage } from './coverage/take-coverage.ts'
import type { Host } from './host.ts'
import { type Owner, withOwner } from './owner/hold.ts'
import { openEngineOf } from './owner/reap.ts'
import { removalOf } from './owner/removal.ts'

export interface DownOptions {
  readonly host: Host
  readonly signal: AbortSignal
  /** Told of each thing that was removed, in a few words. */
  readonly onRemoved: (what: string) => void
  /** Told of what is done before that, in a few words. */
  readonly onProgress?: (what: string) => void
}

/**
 * Removes everything of an environment that carries its id, whether or not it ever was up completely. Doing it again
 * is harmless. Where coverage is measured, it is collected before, and resolved with. Throws `OperationError` when its
 * engine cannot be used or another process works on the environment.
 */
export async function down(
  record: Owner & Pick<EnvironmentRecord, 'directories' | 'provider' | 'engine'>,
  options: DownOptions,
): Promise<CoverageResult | undefined> {
  const { host } = options
  return withOwner(host, record, 'down', () => removeHeld(record, options), options.signal)
}

/** The same for its holder. */
export async function removeHeld(
  record: Parameters<typeof down>[0],
  { host, signal, onRemoved, onProgress }: DownOptions,
): Promise<CoverageResult | undefined> {
  const engine = await openEngineOf(record, host, signal)
  const coverage = await takeCoverage(host, record, engine, {
    isKept: false,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  await removeEnvironment(record, removalOf(host, record, engine, onRemoved), { signal })
  return coverage
}
