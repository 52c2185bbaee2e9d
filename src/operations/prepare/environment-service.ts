import type { Config, Environment } from '../../config/config.ts'
import { servicesOf } from '../../config/select.ts'
import type { ManifestSource, ServiceSource } from '../../deploy/sources.ts'
import type { ManifestProblem, ServiceManifests } from '../../drivers/cluster.ts'
import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import { hiddenService } from './hidden-service.ts'

/** The service that has what an environment has before all its services. */
export const environmentService = 'environment.objects'

/** As long as the cluster waits for a definition to be established, and some more; milliseconds. */
const timeoutMs = 180_000

/** Always there, and nobody's to remove. */
const givenNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/**
 * The configuration with the definitions and namespaces of the environment's cluster as a service that all others need
 * to have been applied (R3); as it was, where there are none.
 */
export function withEnvironmentService(
  config: Config,
  environment: Environment,
): { readonly config: Config; readonly environment: Environment } {
  const { crds, namespaces } = environment.cluster
  if (crds.length + namespaces.length === 0) return { config, environment }
  const { location } = environment
  const first = hiddenService(environmentService, { sources: crds, timeoutMs, location })
  const others = servicesOf(config, environment).map((service) => ({
    ...service,
    appliedNeeds: [first.name, ...service.appliedNeeds],
  }))
  const services = [first, ...others]
  return {
    config: {
      ...config,
      services: new Map([...config.services, ...services.map((of) => [of.name, of] as const)]),
    },
    environment: { ...environment, services: services.map(({ name }) => name) },
  }
}

/** The sources of the services, with the namespaces among those of the environment's. */
export function withNamespaces(
  sources: readonly ServiceSource[],
  { cluster }: Environment,
): readonly ServiceSource[] {
  const namespaces = cluster.namespaces
    .filter(({ name }) => !givenNamespaces.includes(name))
    .map(
      ({ name, location }): ManifestSource => ({
        kind: 'rendered',
        location,
        origin: 'kindling.yaml',
        render: () =>
          Promise.resolve({
            text: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
          }),
      }),
    )
  return sources.map((source) =>
    source.name === environmentService ? { ...source, sources: [...source.sources, ...namespaces] } : source,
  )
}

/** What is wrong with the environment's own objects: files of `crds` have definitions, and nothing else. */
export function environmentProblems(manifests: readonly ServiceManifests[]): readonly ManifestProblem[] {
  const own = manifests.find(({ service }) => service === environmentService)
  return (own?.objects ?? []).filter(isForeign).map((object) => ({
    service: environmentService,
    object,
    path: ['kind'],
    kind: 'invalid',
    message: `${describeObject(object)} is not a CustomResourceDefinition, but is in a file of \`crds\``,
    hint: 'name only files with definitions there, and the rest under `apply` of a service',
  }))
}

function isForeign({ kind }: KubernetesObject): boolean {
  return kind !== 'CustomResourceDefinition' && kind !== 'Namespace'
}
