import { reap } from '../../operations/owner/reap.ts'
import type { Session } from '../session.ts'

/** `kindling reap`, which no person calls: what a reaper does once the process it watches has ended. */
export async function reapCommand(
  session: Session,
  projectId: string,
  id: string,
  pid: string,
): Promise<void> {
  const host = await session.host()
  await reap({ id, projectId }, Number(pid), { host, signal: session.abort.signal })
}
