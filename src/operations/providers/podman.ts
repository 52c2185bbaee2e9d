import type { Podman } from '../../drivers/podman/podman.ts'
import { PodCluster, removeEnvironmentPods } from '../../drivers/pods/pod-cluster.ts'
import { translate } from '../../drivers/pods/translate.ts'
import { removeVolumeDirectory } from '../../drivers/pods/volume-files.ts'
import type { UsableEngine } from '../host.ts'
import { portRequests } from '../lease-ports.ts'
import type { Provider } from './provider.ts'

/** The embedded provider: pods on podman, which run the engine's images as they are. */
export const podmanProvider: Provider = {
  name: 'podman',
  traits: { loadsImages: false, awaitsDns: false },
  openEngine: (host, exec, { signal }) => host.openPodman(exec, signal === undefined ? {} : { signal }),
  prepare: async (_, services, manifests) => {
    const { pods, problems, secrets } = translate(manifests)
    return {
      diagnostics: [],
      problems,
      secrets,
      hostPorts: portRequests(services),
      open: ({ host, id, engine, hostPorts, images: { provided }, imageNamed }) =>
        new PodCluster(podmanOf(engine), {
          environment: id,
          pods,
          hostPorts,
          volumeDirectory: host.volumeDirectory(id),
          imageId: async (reference) =>
            [...provided.values()].find((image) => image.reference === reference)?.id ??
            engine.engine.imageId(reference),
          imageFor: (text) => provided.get(imageNamed(text) ?? '')?.reference ?? text,
        }),
    }
  },
  remove: async (host, id, engine, options) => {
    const podman = podmanOf(engine)
    const removed = await removeEnvironmentPods(podman, id, options)
    await removeVolumeDirectory(podman, host.volumeDirectory(id))
    return removed
  },
}

function podmanOf(engine: UsableEngine): Podman {
  if ('podman' in engine) return engine.podman as Podman
  throw new Error(`Internal error: pods need podman, not ${engine.engine.name}`)
}
