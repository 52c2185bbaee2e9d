import { down } from '../../operations/down.ts'
import { environmentId, projectId } from '../../operations/environment-id.ts'
import { handOverDirectory } from '../../operations/hand-over/hand-over.ts'
import type { Host } from '../../operations/host.ts'
import { knownEnvironment } from '../../operations/known-environment.ts'
import { InvalidInput } from '../../operations/operation-error.ts'
import { coverageSummary } from '../coverage-summary.ts'
import { loadEnvironment } from '../load-environment.ts'
import type { Session } from '../session.ts'

interface DownFlags {
  readonly file?: string
}

/** `kindling down`: says what it removes, as it goes. */
export async function downCommand(
  session: Session,
  name: string | undefined,
  flags: DownFlags,
): Promise<void> {
  const host = await session.host()
  const { environment, ...owner } = await ownerOf(session, host, name, flags)
  let removed = 0
  const coverage = await down(owner, {
    host,
    signal: session.abort.signal,
    onProgress: (what) => void session.stderr.write(`${what}\n`),
    onRemoved: (what) => {
      removed++
      session.stderr.write(`removed ${what}\n`)
    },
  })
  if (coverage !== undefined) session.stderr.write(`${coverageSummary(coverage, session)}\n`)
  session.stderr.write(removed === 0 ? `${environment}: nothing to remove\n` : `${environment} is down\n`)
}

/** What is to go, with its name. A configuration that is broken, or has changed, keeps nothing from going. */
async function ownerOf(session: Session, host: Host, name: string | undefined, flags: DownFlags) {
  const { cwd, stderr } = session
  try {
    const { config, environment } = await loadEnvironment(session, name, flags)
    const id = environmentId(config, environment)
    const unknown = {
      id,
      projectId: projectId(config),
      environment: environment.name,
      provider: environment.cluster.provider,
      // Nothing says which it was: the first that can be used.
      engine: '',
      directories: [handOverDirectory(config, environment)],
    }
    return host.store.read(id) ?? unknown
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const known = knownEnvironment(host.store.list(), {
      cwd,
      ...flags,
      ...(name === undefined ? {} : { name }),
    })
    if (known === undefined) throw error
    const [{ message } = { message: '' }] = error.diagnostics
    stderr.write(`${message}; by what this machine knows, ${known.id} is taken down\n`)
    return known
  }
}
