import { stringify } from 'yaml'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { ComposeService } from './compose-service.ts'
import { nameFrom } from './names.ts'
import type { Repository } from './repository.ts'
import { wellKnown } from './well-known.ts'

/** A service without manifests, and what is known of the image it runs. */
export interface Unmanifested {
  readonly service: ComposeService
  readonly image: string
  /** Ports that the Dockerfile of the image names. */
  readonly imagePorts: readonly number[]
}

/** Simple manifests that do what a compose file says of a service. */
export function manifestsFor(
  { service, image, imagePorts }: Unmanifested,
  { read }: Pick<Repository, 'read'>,
): readonly KubernetesObject[] {
  const name = nameFrom(service.name)
  const labels = { app: name }
  const ports = portsOf(service, image, imagePorts)
  const files = service.files.map((file, index) => ({
    ...file,
    key: `${index}-${file.target.slice(file.target.lastIndexOf('/') + 1)}`.replaceAll(/[^\w.-]/g, '-'),
  }))
  const probe =
    service.healthcheck === undefined
      ? {}
      : { readinessProbe: { exec: { command: service.healthcheck }, periodSeconds: 2, timeoutSeconds: 5 } }
  const container = {
    name,
    image,
    ...(service.entrypoint === undefined ? {} : { command: service.entrypoint }),
    ...(service.command === undefined ? {} : { args: service.command }),
    ...(service.workingDirectory === undefined ? {} : { workingDir: service.workingDirectory }),
    ...nonEmpty(
      'env',
      Object.entries(service.env).map(([key, value]) => ({ name: key, value })),
    ),
    ...nonEmpty('ports', service.isJob ? [] : ports.map((port) => ({ containerPort: port }))),
    ...(service.isJob ? {} : probe),
    ...securityOf(service),
    ...nonEmpty('volumeMounts', [
      ...files.map(({ key, target }) => ({ name: 'files', mountPath: target, subPath: key })),
      ...service.volumes.map((mountPath, index) => ({ name: `volume-${index}`, mountPath })),
    ]),
  }
  const template = {
    metadata: { labels },
    spec: {
      ...(service.isJob ? { restartPolicy: 'Never' } : {}),
      containers: [container],
      ...nonEmpty('volumes', [
        ...(files.length === 0 ? [] : [{ name: 'files', configMap: { name: `${name}-files` } }]),
        ...service.volumes.map((_, index) => ({ name: `volume-${index}`, emptyDir: {} })),
      ]),
    },
  }
  const data = Object.fromEntries(files.map(({ key, path }) => [key, read(path) ?? '']))
  return [
    ...(files.length === 0
      ? []
      : [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-files` }, data }]),
    ...(ports.length === 0 || service.isJob
      ? []
      : [
          {
            ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
            spec: { selector: labels, ports: servicePorts(ports) },
          },
        ]),
    service.isJob
      ? { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { backoffLimit: 0, template } }
      : {
          ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
          spec: { replicas: 1, selector: { matchLabels: labels }, template },
        },
  ]
}

/** The objects as the text of a file. */
export function manifestText(objects: readonly KubernetesObject[], origin: string): string {
  const documents = objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
  return `# Written by \`kindling init\` from ${origin}; it is yours to change.\n${documents.join('---\n')}`
}

function portsOf({ ports }: ComposeService, image: string, imagePorts: readonly number[]): readonly number[] {
  const known = wellKnown(image)
  const own = [...ports.map(({ port }) => port), ...imagePorts]
  return [...new Set(own.length > 0 || known === undefined ? own : [known.port])]
}

/** Several need names, to be told apart. */
function servicePorts(ports: readonly number[]): readonly unknown[] {
  return ports.map((port) => (ports.length > 1 ? { name: `port-${port}`, port } : { port }))
}

function securityOf({ user }: ComposeService): Record<string, unknown> {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user ?? '') ?? []
  if (uid === undefined) return {}
  const group = gid === undefined ? {} : { runAsGroup: Number(gid) }
  return { securityContext: { runAsUser: Number(uid), ...group } }
}

function nonEmpty(key: string, list: readonly unknown[]): Record<string, unknown> {
  return list.length === 0 ? {} : { [key]: list }
}
