import { parseManifests } from '../../src/deploy/manifest.ts'
import type { ManifestProblem, ServiceManifests } from '../../src/drivers/cluster.ts'

/** A service of an environment with manifests written in YAML. */
export function manifests(
  service: string,
  yaml: string,
  ports: Readonly<Record<string, number>> = {},
): ServiceManifests {
  const { manifests: read, diagnostics } = parseManifests(`/repo/${service}.yaml`, yaml)
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return { service, objects: read.map(({ object }) => object), ports: new Map(Object.entries(ports)) }
}

/** A Deployment of one container, with more fields of that container, and of the pod's spec, in YAML's flow style. */
export function deployment(name: string, container = '', spec = ''): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: shop/${name}${container && `, ${container}`} }]${spec && `, ${spec}`} }
`
}

/** A Service in front of the pods of that name. */
export function service(name: string, ports: string): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [${ports}] }
`
}

/** A problem on one line: kind, where, what. */
export function told({ kind, object, path, message }: ManifestProblem): string {
  return `${kind} ${object.kind} ${path.join('.')}: ${message}`
}
