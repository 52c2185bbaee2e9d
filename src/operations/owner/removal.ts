import { removeLeftoverRedirects } from '../../drivers/podman/leftover-redirects.ts'
import type { EnvironmentRecord } from '../../state/environment-record.ts'
import type { Removal } from '../../tasks/remove-environment.ts'
import type { Host, UsableEngine } from '../host.ts'
import { findProvider } from '../providers/providers.ts'
import { isProjectIdle } from './hold.ts'

/** What removing an owner's things takes on this host. */
export function removalOf(
  host: Host,
  { id, provider }: Pick<EnvironmentRecord, 'id' | 'provider'>,
  engine: UsableEngine,
  onRemoved: Removal['onRemoved'] = () => {},
): Removal {
  return {
    removeCluster: async (options) => {
      const known = await findProvider(provider)
      if (known === undefined) return []
      const removed = await known.remove(host, id, engine, options)
      const ports = host.ports.list().flatMap(({ owner, port }) => (owner === id ? [port] : []))
      const redirects = await removeLeftoverRedirects(host.exec(), ports, options)
      return [...removed, ...redirects.map((port) => `redirect of port ${port}`)]
    },
    engine: engine.engine,
    store: host.store,
    ports: host.ports,
    isProjectIdle: (projectId, except) => isProjectIdle(host, projectId, except),
    onRemoved,
    onNotice: (text) => host.onNotice(text),
  }
}
