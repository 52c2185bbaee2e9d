import { applyOnce } from '../../deploy/applied-once.ts'
import type { ManifestProblem } from '../../drivers/cluster.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { environmentService } from './environment-service.ts'
import type { WithHooks } from './hook-services.ts'

/**
 * Has objects that several instances of a service share, or a service and the environment, applied once: by the first,
 * and before the others, which need it to be applied.
 */
export function withSharedObjects(
  hooked: WithHooks,
  isClusterScoped: (object: KubernetesObject) => boolean,
): WithHooks & { readonly problems: readonly ManifestProblem[] } {
  const originalOf = (service: string) => hooked.config.services.get(service)?.instance?.of ?? service
  const units = hooked.manifests.map(({ service: name, objects }) => {
    const service = hooked.serviceOf.get(name) ?? name
    return { name, service, original: originalOf(service), objects }
  })
  const { objectsOf, needsOf, problems } = applyOnce(units, environmentService, isClusterScoped)
  const services = hooked.services.map((service) => {
    const needs = needsOf.get(service.name)
    if (needs === undefined) return service
    return { ...service, appliedNeeds: [...new Set([...service.appliedNeeds, ...needs])] }
  })
  return {
    ...hooked,
    config: {
      ...hooked.config,
      services: new Map([...hooked.config.services, ...services.map((of) => [of.name, of] as const)]),
    },
    services,
    manifests: hooked.manifests.map((of) => ({ ...of, objects: objectsOf.get(of.service) ?? of.objects })),
    problems,
  }
}
