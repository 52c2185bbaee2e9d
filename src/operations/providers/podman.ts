import { coverageDirectory, coverageVolumeName } from '../../deploy/inject-coverage.ts'
import { injectVariables } from '../../deploy/inject-variables.ts'
import type { Podman } from '../../drivers/podman/podman.ts'
import { collectFromPods } from '../../drivers/pods/collect.ts'
import { PodLogs } from '../../drivers/pods/container-logs.ts'
import { PodCluster, removeEnvironmentPods } from '../../drivers/pods/pod-cluster.ts'
import { podEvidence } from '../../drivers/pods/pod-evidence.ts'
import { translate } from '../../drivers/pods/translate.ts'
import { removeVolumeDirectory } from '../../drivers/pods/volume-files.ts'
import { identify } from '../../exec/process-tree.ts'
import { variablesFor } from '../../tasks/variables.ts'
import type { UsableEngine } from '../host.ts'
import { portRequests } from '../run/lease-ports.ts'
import type { Provider } from './provider.ts'

/** The embedded provider: pods on podman, which run the engine's images as they are. */
export const podmanProvider: Provider = {
  name: 'podman',
  traits: { loadsImages: false, awaitsDns: false },
  openEngine: (host, exec, { signal }) => host.openPodman(exec, signal === undefined ? {} : { signal }),
  prepare: async (_, services, manifests, forwardsOf) => {
    const targets = [...forwardsOf.values()].flatMap((forwards) => [...forwards.values()])
    const named = services.map(({ name, env }) => [name, variablesFor({ env }, () => '')] as const)
    const withVariables = (variables: ReadonlyMap<string, Readonly<Record<string, string>>>) =>
      translate(
        manifests.map(({ service, objects, ports }) => ({
          service,
          objects: objects.map((object) => injectVariables(object, variables.get(service) ?? {})),
          ports,
        })),
        targets,
      )
    const { pods, forwards, problems, secrets } = withVariables(new Map(named))
    return {
      diagnostics: [],
      problems,
      secrets,
      hostPorts: portRequests(services),
      open: ({ host, id, engine, hostPorts, images: { provided }, imageNamed, variablesOf }) =>
        new PodCluster(podmanOf(engine), {
          environment: id,
          pods,
          forwards,
          podsToApply: (service) =>
            withVariables(new Map([[service, variablesOf(service)]])).pods.filter(
              (pod) => pod.service === service,
            ),
          hostPorts,
          volumeDirectory: host.volumeDirectory(id),
          ...(engine.storage === undefined ? {} : { isGone: (pid) => identify(pid) === undefined }),
          imageId: async (reference) =>
            [...provided.values()].find((image) => image.reference === reference)?.id ??
            engine.engine.imageId(reference),
          imageFor: (text) => provided.get(imageNamed(text) ?? '')?.reference ?? text,
        }),
    }
  },
  inspect: ({ id, engine }) => ({
    logs: new PodLogs(podmanOf(engine), id),
    evidence: [podEvidence(podmanOf(engine), id)],
  }),
  coverage: {
    volume: { source: { emptyDir: {} }, isShared: false },
    collect: (host, id, engine, collection, options) => {
      const volume = {
        environment: id,
        mountPoint: coverageDirectory,
        name: coverageVolumeName,
        volumeDirectory: host.volumeDirectory(id),
      }
      return collectFromPods(podmanOf(engine), volume, collection, options)
    },
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
