import { throwIfInvalid } from '../../operations/operation-error.ts'
import { isHeld } from '../../operations/owner/hold.ts'
import { describeReaped } from '../../operations/owner/reaped.ts'
import { loadProject } from '../../operations/prepare/load-project.ts'
import { isExpired } from '../../state/environment-record.ts'
import { formatDuration } from '../../util/duration.ts'
import type { Session } from '../session.ts'

export interface StatusFlags {
  readonly file?: string
  /** Tells of the services of this repository instead. */
  readonly adoption?: boolean
  readonly output: 'text' | 'json' | 'markdown'
}

/** `kindling status`: the environments of this host, with the ports they hold, and what killed processes left. */
export async function statusCommand(session: Session, flags: StatusFlags): Promise<void> {
  if (flags.adoption === true) return adoptionStatus(session, flags)
  const host = await session.host()
  const { store, ports, clock } = host
  const leases = ports.list()
  const now = clock.epochMs()
  const environments = store.list().map((record) => ({
    id: record.id,
    project: record.project,
    environment: record.environment,
    // What is at work without its process has crashed: a reaper, `gc` or the next `up` deals with it.
    state: isAtWork(record.state) && !isHeld(host, record) ? 'crashed' : record.state,
    provider: record.provider,
    configFile: record.configFile,
    createdAt: new Date(record.createdAt).toISOString(),
    ageMs: now - record.createdAt,
    ...(record.keepUntil === undefined
      ? {}
      : { keepUntil: new Date(record.keepUntil).toISOString(), isExpired: isExpired(record, now) }),
    ports: leases.filter(({ owner }) => owner === record.id).map(({ use, port }) => ({ use, port })),
  }))
  const { stdout, stderr } = session
  if (flags.output === 'json') {
    stdout.write(`${JSON.stringify(environments, null, 2)}\n`)
    return
  }
  if (flags.output === 'markdown') {
    const rows = environments.map(
      ({ id, state, provider, configFile }) => `| ${id} | ${state} | ${provider} | ${configFile} |\n`,
    )
    stdout.write(`| environment | state | provider | from |\n| --- | --- | --- | --- |\n${rows.join('')}`)
    return
  }
  if (environments.length === 0) stderr.write('no environment is up\n')
  for (const { id, state, provider, configFile, ageMs, keepUntil, ports: held } of environments) {
    const until = keepUntil === undefined ? '' : `, ${describeLimit(Date.parse(keepUntil) - now)}`
    stdout.write(
      `${id}  ${state}, on ${provider}, created ${formatDuration(ageMs)} ago${until}\n  from ${configFile}\n`,
    )
    for (const { use, port } of held) stdout.write(`  ${use}  127.0.0.1:${port}\n`)
  }
  for (const reaped of host.reaped.list()) stderr.write(`${describeReaped(reaped)}\n`)
}

function isAtWork(state: string): boolean {
  return state === 'starting' || state === 'changing' || state === 'removing'
}

function describeLimit(leftMs: number): string {
  return leftMs > 0 ? `kept for another ${formatDuration(leftMs)}` : `expired ${formatDuration(-leftMs)} ago`
}

/** `kindling status --adoption`: how far the services of this repository have come. */
async function adoptionStatus(session: Session, flags: StatusFlags): Promise<void> {
  const { adoption } = await import('../../operations/adoption/adoption.ts')
  const { formatAdoption, markdownAdoption } = await import('../format-adoption.ts')
  const { cwd, env, stdout, stderr } = session
  const loaded = await loadProject({ cwd, env, ...flags })
  const isMissing = loaded.diagnostics.some(({ code }) => code === 'E_CONFIG_NOT_FOUND')
  if (!isMissing || flags.file !== undefined) throwIfInvalid(loaded.diagnostics)
  const { config } = loaded
  if (config === undefined)
    stderr.write('there is no kindling.yaml yet: this is what `kindling init` would find\n')
  const looked = await adoption({
    root: config?.root ?? cwd,
    ...(config === undefined ? {} : { config }),
    host: await session.host(),
    signal: session.abort.signal,
  })
  if (flags.output === 'json') stdout.write(`${JSON.stringify(looked, null, 2)}\n`)
  else stdout.write(flags.output === 'markdown' ? markdownAdoption(looked) : formatAdoption(looked, stdout))
}
