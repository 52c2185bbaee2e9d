import { appendFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { engineNames } from '../../drivers/engines.ts'
import { isAlive } from '../../exec/process-tree.ts'
import { type EnvironmentRecord, isWanted } from '../../state/environment-record.ts'
import type { Reaped } from '../../state/reaped.ts'
import { type RunDirectory, removeTemporary, runDirectory } from '../../state/run-directory.ts'
import { removeEnvironment } from '../../tasks/remove-environment.ts'
import type { Host, UsableEngine } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import { findProvider } from '../providers/providers.ts'
import { lastHolder, type Owner, reapCommand, withOwner } from './hold.ts'
import { removalOf } from './removal.ts'

export interface ReapOptions {
  readonly host: Host
  readonly signal: AbortSignal
  /** Told of each thing that was removed, in a few words. */
  readonly onRemoved: (what: string) => void
}

/** How often a process that is about to be gone is looked at, and how long an engine is left alone after it failed. */
const pollMs = 100
const retryDelayMs = 2_000
/** An engine whose processes were killed may fail once or twice before it is itself again. */
const maxAttempts = 3

/**
 * Puts in order what a process has left that was killed while it worked for an owner, as an interrupt would have: what
 * was new goes, what was up before stays. Does nothing where the process came to its end, or another one has taken the
 * owner over. What was done is written to the run's directory and remembered for whoever comes next.
 */
export async function reap(
  owner: Owner,
  pid: number,
  options: Omit<ReapOptions, 'onRemoved'>,
): Promise<void> {
  const { host, signal } = options
  const killed = lastHolder(host, owner)
  if (killed?.pid !== pid) return
  // What ended its input was its death, but it may not be dead yet.
  while (isAlive(killed)) await host.clock.sleep(pollMs, signal)
  const record = host.store.read(owner.id)
  const log = record === undefined ? undefined : logOf(record)
  const tell = (text: string) => append(log, `${new Date(host.clock.epochMs()).toISOString()}  ${text}`)
  tell(`\`${killed.command}\`, process ${pid}, ended without having finished`)
  let fate: Reaped['fate'] = record === undefined || !isWanted(record) ? 'removed' : 'stays'
  for (let attempt = 1; ; attempt++) {
    try {
      await settle(owner, reapCommand, { ...options, onRemoved: (what) => tell(`removed ${what}`) })
      tell(fate === 'removed' ? 'nothing of it is left' : 'what was up before stays')
      break
    } catch (error) {
      if (error instanceof OperationError && error.code === 'E_ENVIRONMENT_BUSY') return
      tell(`attempt ${attempt} failed: ${error instanceof Error ? error.message : error}`)
      if (attempt === maxAttempts) {
        fate = 'left'
        break
      }
      await host.clock.sleep(retryDelayMs, signal)
    }
  }
  await host.holds.sweep()
  if (record === undefined) return
  const at = host.clock.epochMs()
  host.reaped.write({
    id: owner.id,
    pid,
    command: killed.command,
    at,
    fate,
    ...(log === undefined ? {} : { log }),
  })
}

/**
 * Ends what nobody works on any more: removes it when nobody wants it, and otherwise only what the process was at. Of an
 * owner that has no record yet, no more than processes and ports can be there.
 */
export async function settle(
  owner: Owner,
  command: string,
  { host, signal, onRemoved }: ReapOptions,
): Promise<void> {
  const settleNow = async () => {
    const record = host.store.read(owner.id)
    if (record === undefined) return
    const engine = await openEngineOf(record, host, signal)
    if (!isWanted(record)) {
      await removeEnvironment(record, removalOf(host, record, engine, onRemoved), { signal })
      return
    }
    for (const id of await engine.engine.removeUnfinished(record.id)) {
      onRemoved(`container ${id.slice(0, 12)} of a build`)
    }
    const run = lastRun(record)
    if (run !== undefined) removeTemporary(run)
    if (record.state === 'changing') host.store.write({ ...record, state: 'failed' })
  }
  await withOwner(host, owner, command, settleNow, signal)
}

/** The engine that has what an owner made. Throws `OperationError` when it cannot be used. */
export async function openEngineOf(
  { id, provider, engine }: Pick<EnvironmentRecord, 'id' | 'provider' | 'engine'>,
  host: Host,
  signal: AbortSignal,
): Promise<UsableEngine> {
  const preference = engineNames.find((name) => name === engine)
  const exec = host.exec(id)
  const known = await findProvider(provider)
  const options = { signal, preference }
  return known === undefined ? host.openEngine(exec, options) : known.openEngine(host, exec, options)
}

function lastRun({ configFile, runs }: EnvironmentRecord): RunDirectory | undefined {
  const id = runs.at(-1)
  return id === undefined ? undefined : runDirectory(dirname(configFile), id)
}

/** In the directory of the run, which is not made again in a repository that is gone. */
function logOf(record: EnvironmentRecord): string | undefined {
  const run = lastRun(record)
  return run === undefined || !existsSync(run.path) ? undefined : join(run.path, 'reaper.log')
}

/** Nobody waits for it, and a full disk must not keep anything from being removed. */
function append(log: string | undefined, line: string): void {
  if (log === undefined) return
  try {
    appendFileSync(log, `${line}\n`, { mode: 0o600 })
  } catch {}
}
