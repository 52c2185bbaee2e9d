import { isHeld } from '../../operations/hold.ts'
import { formatDuration } from '../../util/duration.ts'
import type { Session } from '../session.ts'

/** `kindling status`: the environments of this host, with the ports they hold. */
export async function statusCommand(
  session: Session,
  flags: { readonly output: 'text' | 'json' },
): Promise<void> {
  const host = await session.host()
  const { store, ports, clock } = host
  const leases = ports.list()
  const environments = store.list().map((record) => ({
    id: record.id,
    project: record.project,
    environment: record.environment,
    // A start whose process is gone has crashed: `gc` or the next `up` deals with it.
    state: record.state === 'starting' && !isHeld(host, record) ? 'crashed' : record.state,
    provider: record.provider,
    configFile: record.configFile,
    createdAt: new Date(record.createdAt).toISOString(),
    ageMs: clock.epochMs() - record.createdAt,
    ports: leases.filter(({ owner }) => owner === record.id).map(({ use, port }) => ({ use, port })),
  }))
  const { stdout } = session
  if (flags.output === 'json') {
    stdout.write(`${JSON.stringify(environments, null, 2)}\n`)
    return
  }
  if (environments.length === 0) session.stderr.write('no environment is up\n')
  for (const { id, state, provider, configFile, ageMs, ports: held } of environments) {
    stdout.write(`${id}  ${state}, on ${provider}, since ${formatDuration(ageMs)}\n  from ${configFile}\n`)
    for (const { use, port } of held) stdout.write(`  ${use}  127.0.0.1:${port}\n`)
  }
}
