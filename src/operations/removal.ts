import type { Removal } from '../tasks/remove-environment.ts'
import type { Host, OpenEngine } from './host.ts'

/** What removing an environment takes on this host. */
export function removalOf(
  host: Host,
  id: string,
  { podman, engine }: OpenEngine,
  onRemoved: Removal['onRemoved'] = () => {},
): Removal {
  const { store, ports } = host
  return { podman, engine, store, ports, volumeDirectory: host.volumeDirectory(id), onRemoved }
}
