import type { Removal } from '../tasks/remove-environment.ts'
import { isProjectIdle } from './hold.ts'
import type { Host, OpenEngine } from './host.ts'

/** What removing an owner's things takes on this host. */
export function removalOf(
  host: Host,
  id: string,
  { podman, engine }: OpenEngine,
  onRemoved: Removal['onRemoved'] = () => {},
): Removal {
  return {
    podman,
    engine,
    store: host.store,
    ports: host.ports,
    isProjectIdle: (projectId, except) => isProjectIdle(host, projectId, except),
    volumeDirectory: host.volumeDirectory(id),
    onRemoved,
  }
}
