import { down } from '../../operations/down.ts'
import { environmentId, projectId } from '../../operations/environment-id.ts'
import { handOverDirectory } from '../../operations/hand-over.ts'
import { coverageSummary } from '../coverage-summary.ts'
import { loadEnvironment } from '../load-environment.ts'
import type { Session } from '../session.ts'

/** `kindling down`: says what it removes, as it goes. */
export async function downCommand(
  session: Session,
  name: string | undefined,
  flags: { readonly file?: string },
): Promise<void> {
  const { config, environment } = await loadEnvironment(session, name, flags)
  const host = await session.host()
  const id = environmentId(config, environment)
  let removed = 0
  const record = host.store.read(id) ?? {
    id,
    projectId: projectId(config),
    provider: environment.cluster.provider,
    // Nothing says which it was: the first that can be used.
    engine: '',
    directories: [handOverDirectory(config, environment)],
  }
  const coverage = await down(record, {
    host,
    signal: session.abort.signal,
    onProgress: (what) => void session.stderr.write(`${what}\n`),
    onRemoved: (what) => {
      removed++
      session.stderr.write(`removed ${what}\n`)
    },
  })
  if (coverage !== undefined) session.stderr.write(`${coverageSummary(coverage, session)}\n`)
  session.stderr.write(
    removed === 0 ? `${environment.name}: nothing to remove\n` : `${environment.name} is down\n`,
  )
}
