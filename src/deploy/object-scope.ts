import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'

/** Group and kind of the built-in objects that belong to no namespace; the core group has no name. */
const clusterKinds: readonly (readonly [string, readonly string[]])[] = [
  ['', ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume']],
  [
    'admissionregistration.k8s.io',
    [
      'MutatingAdmissionPolicy',
      'MutatingAdmissionPolicyBinding',
      'MutatingWebhookConfiguration',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ValidatingWebhookConfiguration',
    ],
  ],
  ['apiextensions.k8s.io', ['CustomResourceDefinition']],
  ['apiregistration.k8s.io', ['APIService']],
  ['authentication.k8s.io', ['SelfSubjectReview', 'TokenReview']],
  ['authorization.k8s.io', ['SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview']],
  ['certificates.k8s.io', ['CertificateSigningRequest', 'ClusterTrustBundle']],
  ['flowcontrol.apiserver.k8s.io', ['FlowSchema', 'PriorityLevelConfiguration']],
  ['networking.k8s.io', ['IPAddress', 'IngressClass', 'ServiceCIDR']],
  ['node.k8s.io', ['RuntimeClass']],
  ['policy', ['PodSecurityPolicy']],
  ['rbac.authorization.k8s.io', ['ClusterRole', 'ClusterRoleBinding']],
  ['resource.k8s.io', ['DeviceClass', 'ResourceSlice']],
  ['scheduling.k8s.io', ['PriorityClass']],
  ['storage.k8s.io', ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass']],
]

/** The group of an object's API version: `apps` for `apps/v1`, nothing for `v1`. */
export function groupOf({ apiVersion }: Pick<KubernetesObject, 'apiVersion'>): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/**
 * Tells which objects belong to no namespace: the built-in ones, and custom resources whose definition is among `all`
 * and says so. A custom resource that nobody here defines is taken to belong to a namespace, as most do.
 */
export function clusterScope(all: Iterable<KubernetesObject>): (object: KubernetesObject) => boolean {
  const kinds = new Set(clusterKinds.flatMap(([group, names]) => names.map((kind) => `${group}/${kind}`)))
  for (const { kind, spec } of all) {
    if (kind !== 'CustomResourceDefinition' || !isMapping(spec) || spec.scope !== 'Cluster') continue
    if (isMapping(spec.names)) kinds.add(`${String(spec.group)}/${String(spec.names.kind)}`)
  }
  return (object) => kinds.has(`${groupOf(object)}/${object.kind}`)
}
