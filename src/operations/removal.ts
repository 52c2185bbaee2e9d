import type { ContainerEngine } from '../drivers/container-engine.ts'
import type { Podman } from '../drivers/podman/podman.ts'
import type { Removal } from '../tasks/remove-environment.ts'
import { isProjectIdle } from './hold.ts'
import type { Host } from './host.ts'

/** What removing an owner's things takes on this host. */
export function removalOf(
  host: Host,
  id: string,
  { podman, engine }: { readonly engine: ContainerEngine; readonly podman?: Podman },
  onRemoved: Removal['onRemoved'] = () => {},
): Removal {
  return {
    ...(podman === undefined ? {} : { podman }),
    engine,
    store: host.store,
    ports: host.ports,
    isProjectIdle: (projectId, except) => isProjectIdle(host, projectId, except),
    volumeDirectory: host.volumeDirectory(id),
    onRemoved,
  }
}
