import { type Labels, labelArgs } from '../labels.ts'
import type { ContainerPlan, Mount, PodPlan } from './pod-plan.ts'
import { mountedPath } from './volume-files.ts'

/** What the arguments need to know of the environment a pod is made for. */
export interface PodContext {
  /** Prefix of every name, unique on the host. */
  readonly environment: string
  readonly network: string
  readonly labels: Labels
  /** Host ports by use. */
  readonly hostPorts: ReadonlyMap<string, number>
  /** Where directories and files of volumes are on the host. */
  readonly volumeDirectory: string
}

export function podName(context: Pick<PodContext, 'environment'>, pod: Pick<PodPlan, 'name'>): string {
  return `${context.environment}-${pod.name}`
}

/**
 * The pod's infrastructure container, which holds its network. Pods and containers share one space of names in podman;
 * no name of Kubernetes has a `_` in it, so that neither this nor a container's name can be that of another one.
 */
export function infraName(name: string): string {
  return `${name}__infra`
}

export function containerName(name: string, container: Pick<ContainerPlan, 'name'>): string {
  return `${name}_${container.name}`
}

/** Arguments of `podman pod create`. */
export function podCreateArgs(pod: PodPlan, context: PodContext): string[] {
  const name = podName(context, pod)
  const args = ['pod', 'create', '--name', name, '--infra-name', infraName(name), '--hostname', pod.hostname]
  args.push('--network', context.network, '--share', 'net,ipc,uts')
  for (const alias of pod.aliases) args.push('--network-alias', alias)
  for (const { ip, name: host } of pod.hosts) args.push('--add-host', `${host}:${ip}`)
  for (const { containerPort, use } of pod.published) {
    // Without a port of ours, podman picks a free one itself.
    const hostPort = use === undefined ? '' : (context.hostPorts.get(use) ?? '')
    args.push('--publish', `127.0.0.1:${hostPort}:${containerPort}`)
  }
  return [...args, ...labelArgs(context.labels)]
}

/** Variables that podman, its helpers or the loader obey themselves: with a container's value they would break. */
const obeyed = new RegExp(
  `^(?:${[
    'PATH|HOME|TMPDIR|SHELL|NOTIFY_SOCKET|DBUS_SESSION_BUS_ADDRESS',
    '(?:LISTEN|XDG|LD|_CONTAINERS)_\\w+',
    'CONTAINERS_(?:CONF|REGISTRIES_CONF|STORAGE_CONF)|CONTAINER_(?:HOST|CONNECTION|SSHKEY)',
    'STORAGE_(?:DRIVER|OPTS)|REGISTRY_AUTH_FILE|DOCKER_CONFIG|GO(?:DEBUG|GC|MAXPROCS|MEMLIMIT|TRACEBACK)',
  ].join('|')})$`,
)

/** The part of a container's environment that is handed to podman by way of its own. */
export function inheritedEnv(container: ContainerPlan): Record<string, string> {
  return Object.fromEntries(Object.entries(container.env).filter(([name]) => !obeyed.test(name)))
}

/**
 * Arguments of `podman create`. Variables are named only: their values go through podman's own environment, where
 * other users' `ps` cannot read them. Those that would mean something to podman itself are the exception.
 */
export function containerCreateArgs(container: ContainerPlan, pod: PodPlan, context: PodContext): string[] {
  const name = podName(context, pod)
  const args = ['create', '--pod', name, '--name', containerName(name, container), '--pull', 'never']
  args.push('--restart', container.restart, '--log-driver', 'k8s-file')
  // Volumes an image declares stay within the container, so that no anonymous volume outlives it.
  args.push('--image-volume', 'ignore')
  for (const [variable, value] of Object.entries(container.env)) {
    args.push('--env', obeyed.test(variable) ? `${variable}=${value}` : variable)
  }
  for (const mount of container.mounts) args.push('--volume', volumeArg(mount, context.volumeDirectory))
  if (container.entrypoint !== undefined) args.push('--entrypoint', JSON.stringify(container.entrypoint))
  if (container.workingDir !== undefined) args.push('--workdir', container.workingDir)
  if (container.user !== undefined) args.push('--user', container.user)
  for (const group of container.groups) args.push('--group-add', `${group}`)
  if (container.memoryBytes !== undefined) args.push('--memory', `${Math.ceil(container.memoryBytes)}b`)
  if (container.cpus !== undefined) args.push('--cpus', `${container.cpus}`)
  if (container.readOnlyRoot) args.push('--read-only', '--read-only-tmpfs=false')
  if (container.privileged) args.push('--privileged')
  for (const capability of container.addCapabilities) args.push('--cap-add', capability)
  for (const capability of container.dropCapabilities) args.push('--cap-drop', capability)
  args.push(...labelArgs(context.labels), container.image)
  return [...args, ...container.args]
}

function volumeArg(mount: Mount, directory: string): string {
  const { source, target } = mount
  const access = mount.readOnly ? 'ro' : 'rw'
  const path = mountedPath(mount, directory)
  // `z` lets containers in on hosts with SELinux and means nothing elsewhere; only for directories of our own.
  return source.kind === 'host' ? `${path}:${target}:${access}` : `${path}:${target}:${access},z`
}
