import type { Config, Service } from '../../config/config.ts'
import { hasContainers } from '../../deploy/inject-variables.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'

/** Outputs that the provider has no way to read. */
export function unsupportedOutputs(
  provider: string,
  services: readonly Service[],
  { locate }: Pick<Config, 'locate'>,
): readonly Diagnostic[] {
  if (provider !== 'podman') return []
  return services.flatMap(({ name, outputs }) =>
    [...outputs].flatMap(([output, { kind }]): Diagnostic[] => {
      if (kind !== 'object') return []
      return [
        {
          code: 'E_MANIFEST_UNSUPPORTED',
          severity: 'error',
          message: `the output \`${output}\` of \`${name}\` is a field of an object, which the provider ${provider} does not have`,
          location: locate(['services', name, 'outputs', output, 'object']),
          hint: 'use a Kind cluster for this environment: `provider: kind`',
        },
      ]
    }),
  )
}

/** Variables for containers of services that have none. */
export function uselessVariables(
  services: readonly Service[],
  objectsOf: (service: string) => readonly KubernetesObject[],
  { locate }: Pick<Config, 'locate'>,
): readonly Diagnostic[] {
  return services.flatMap(({ name, step, env }): Diagnostic[] => {
    const objects = objectsOf(name)
    // Without any objects, what is wrong has been told.
    if (step !== undefined || env.size === 0 || objects.length === 0 || objects.some(hasContainers)) return []
    return [
      {
        code: 'E_CONFIG_INVALID',
        severity: 'error',
        message: `service \`${name}\` has \`env\`, and no containers in its manifests to give it to`,
        location: locate(['services', name, 'env']),
        hint: 'only workloads take it: Deployments, StatefulSets, DaemonSets, Jobs, CronJobs, Pods',
      },
    ]
  })
}
