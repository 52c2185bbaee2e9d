import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { mappingsAt, type TextField, textsAt } from './field-paths.ts'
import { containerLists, podSpecPaths } from './pod-specs.ts'

/** The name of another object in an object. */
export interface Reference {
  /** Of the objects it can mean, as `resourceOf` has it. */
  readonly resource: string
  readonly name: string
  /** Absent where it means that of the object it stands in. */
  readonly namespace?: string
  readonly replace: (name: string) => void
}

/** The name of a kind in rules for access: `networkpolicies`. */
export function resourceOf(kind: string): string {
  return `${kind.toLowerCase().replace(/s$/, 'se').replace(/y$/, 'ie')}s`
}

/** Where a name stands, and of which kind it is; `sibling` for the kind that stands beside it. */
type Place = readonly [path: string | readonly string[], kind: string]

const sibling = 'sibling'

const podPlaces: readonly Place[] = [
  ['serviceAccountName', 'ServiceAccount'],
  ['serviceAccount', 'ServiceAccount'],
  ['subdomain', 'Service'],
  ['imagePullSecrets[*].name', 'Secret'],
  ['volumes[*].configMap.name', 'ConfigMap'],
  ['volumes[*].secret.secretName', 'Secret'],
  ['volumes[*].persistentVolumeClaim.claimName', 'PersistentVolumeClaim'],
  ['volumes[*].projected.sources[*].configMap.name', 'ConfigMap'],
  ['volumes[*].projected.sources[*].secret.name', 'Secret'],
  ...containerLists.flatMap((list): Place[] => [
    [`${list}[*].envFrom[*].configMapRef.name`, 'ConfigMap'],
    [`${list}[*].envFrom[*].secretRef.name`, 'Secret'],
    [`${list}[*].env[*].valueFrom.configMapKeyRef.name`, 'ConfigMap'],
    [`${list}[*].env[*].valueFrom.secretKeyRef.name`, 'Secret'],
  ]),
]

const bindingPlaces: readonly Place[] = [
  ['roleRef.name', sibling],
  ['subjects[*].name', sibling],
]
const webhookPlaces: readonly Place[] = [['webhooks[*].clientConfig.service.name', 'Service']]

const places: Readonly<Record<string, readonly Place[]>> = {
  StatefulSet: [['spec.serviceName', 'Service']],
  HorizontalPodAutoscaler: [['spec.scaleTargetRef.name', sibling]],
  RoleBinding: bindingPlaces,
  ClusterRoleBinding: bindingPlaces,
  ServiceAccount: [
    ['secrets[*].name', 'Secret'],
    ['imagePullSecrets[*].name', 'Secret'],
  ],
  Secret: [[['metadata', 'annotations', 'kubernetes.io/service-account.name'], 'ServiceAccount']],
  EndpointSlice: [[['metadata', 'labels', 'kubernetes.io/service-name'], 'Service']],
  Ingress: [
    ['spec.defaultBackend.service.name', 'Service'],
    ['spec.rules[*].http.paths[*].backend.service.name', 'Service'],
    // As it was before networking.k8s.io/v1.
    ['spec.backend.serviceName', 'Service'],
    ['spec.rules[*].http.paths[*].backend.serviceName', 'Service'],
    ['spec.tls[*].secretName', 'Secret'],
  ],
  PersistentVolumeClaim: [
    ['spec.volumeName', 'PersistentVolume'],
    ['spec.dataSource.name', sibling],
  ],
  PersistentVolume: [['spec.claimRef.name', 'PersistentVolumeClaim']],
  MutatingWebhookConfiguration: webhookPlaces,
  ValidatingWebhookConfiguration: webhookPlaces,
  CustomResourceDefinition: [['spec.conversion.webhook.clientConfig.service.name', 'Service']],
  APIService: [['spec.service.name', 'Service']],
}

/** The names of other objects that an object has in fields which Kubernetes defines; those in texts are none. */
export function referencesOf(object: KubernetesObject): readonly Reference[] {
  const podSpec = podSpecPaths[object.kind]
  const own = places[object.kind] ?? []
  const inPods =
    podSpec === undefined ? [] : podPlaces.map(([path, kind]): Place => [`${podSpec}.${path}`, kind])
  return [
    ...[...own, ...inPods].flatMap(([path, kind]) =>
      textsAt(object, path).flatMap((field) => toReference(field, kind)),
    ),
    ...(object.kind === 'Role' || object.kind === 'ClusterRole' ? ruleReferences(object) : []),
  ]
}

function toReference({ text, parent, replace }: TextField, kind: string): Reference[] {
  const named = kind === sibling ? parent?.kind : kind
  if (typeof named !== 'string') return []
  const namespace = parent?.namespace
  return [
    {
      resource: resourceOf(named),
      name: text,
      ...(typeof namespace === 'string' ? { namespace } : {}),
      replace,
    },
  ]
}

/** A rule for access may be for some objects alone. */
function ruleReferences(object: KubernetesObject): Reference[] {
  return mappingsAt(object, 'rules[*]').flatMap(({ resources, resourceNames }) => {
    if (!Array.isArray(resources) || !Array.isArray(resourceNames)) return []
    return resourceNames.flatMap((name: unknown, index) =>
      resources.map((resource: unknown) => ({
        // `deployments/scale` is a part of it.
        resource: String(resource).replace(/\/.*$/, ''),
        name: String(name),
        replace: (text: string) => {
          resourceNames[index] = text
        },
      })),
    )
  })
}
