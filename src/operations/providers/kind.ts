import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import type { Environment, Service } from '../../config/config.ts'
import { injectVariables } from '../../deploy/inject-variables.ts'
import { injectImages } from '../../deploy/manifest-images.ts'
import type { CallOptions } from '../../drivers/container-engine.ts'
import type { KindConfig } from '../../drivers/kind/cluster-config/kind-config.ts'
import { clashesWith, mappedHostPort } from '../../drivers/kind/cluster-config/ports.ts'
import { readKindConfig } from '../../drivers/kind/cluster-config/read-config.ts'
import { registryPatches } from '../../drivers/kind/cluster-config/registry-patches.ts'
import { startPatches } from '../../drivers/kind/cluster-config/start-patches.ts'
import { collectFromNodes, type MarkedCluster, openDirectory } from '../../drivers/kind/collect.ts'
import { diskProblem, kernelModulesProblem } from '../../drivers/kind/facts.ts'
import { findKind } from '../../drivers/kind/find-kind.ts'
import { Kind } from '../../drivers/kind/kind.ts'
import { KindCluster } from '../../drivers/kind/kind-cluster.ts'
import { KindLifecycle } from '../../drivers/kind/lifecycle.ts'
import { readMark } from '../../drivers/kind/mark.ts'
import { nodeEvidence } from '../../drivers/kind/node-evidence.ts'
import { NodeImages } from '../../drivers/kind/node-images.ts'
import { connectKubernetes } from '../../drivers/kubernetes/connect.ts'
import { type Connect, KubernetesLogs } from '../../drivers/kubernetes/container-logs.ts'
import { type Exposure, planExposures } from '../../drivers/kubernetes/exposures.ts'
import type { KubernetesClient } from '../../drivers/kubernetes/kubernetes-client.ts'
import { objectEvidence } from '../../drivers/kubernetes/object-evidence.ts'
import { clusterStateEvidence } from '../../drivers/kubernetes/pod-evidence.ts'
import { secretValues } from '../../drivers/kubernetes/secret-values.ts'
import type { LocalExec } from '../../exec/local-exec.ts'
import type { PortRequest } from '../../state/port-leases.ts'
import type { Host, UsableEngine } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import { freeBytes } from '../run/disk-budget.ts'
import type { ClusterContext, Provider } from './provider.ts'

/** Of a node: all pods of the environment write below it, and what they have written outlives them. */
const nodeCoverageDirectory = '/var/lib/kindling-coverage'

/** A Kind cluster of the environment's own, on podman or docker. */
export const kindProvider: Provider = {
  name: 'kind',
  traits: { loadsImages: true, awaitsDns: true, startMemoryBytes: 1.5 * 2 ** 30 },
  openEngine: (host, exec, options) => host.openEngine(exec, options),

  prepare: async (environment, services, manifests) => {
    const { configFile, nodeImage } = environment.cluster
    const source =
      configFile === undefined ? undefined : { file: configFile, text: readFileSync(configFile, 'utf8') }
    const { config, diagnostics } = readKindConfig(source, nodeImage)
    const { exposures, extraObjects, problems } = planExposures(manifests)
    const uses = exposures.map((exposure) => ({ exposure, ...portOf(exposure, services, config) }))
    const objects = new Map(
      manifests.map(({ service, objects: own }) => [service, [...own, ...(extraObjects.get(service) ?? [])]]),
    )
    return {
      diagnostics:
        config === undefined ? diagnostics : [...diagnostics, ...clashesWith(config, nodePorts(uses))],
      problems,
      secrets: secretValues([...objects.values()].flat()),
      hostPorts: [...uses.map(({ request }) => request), ...otherPorts(config, uses), { use: apiServerUse }],
      check: (context) => check(context, environment, config),
      open: (context) => {
        const unmapped = uses.filter(({ isMapped }) => !isMapped)
        return openCluster(context, {
          config: config ?? { nodes: [], portMappings: [] },
          ...(nodeImage === undefined ? {} : { nodeImage }),
          portMappings: unmapped.flatMap(({ exposure, request }) => {
            const hostPort = context.hostPorts.get(request.use)
            return hostPort === undefined ? [] : [{ hostPort, containerPort: exposure.nodePort }]
          }),
          services: manifests.map(({ service }) => service),
          objectsOf: (service) => objects.get(service) ?? [],
          imagePathsOf: (service) => services.find(({ name }) => name === service)?.imagePaths ?? [],
        })
      },
    }
  },

  openNodes: (host, id, { program }, run) => {
    const exec = host.exec(id)
    const kind = kindOf(host, id, program, exec)
    const lifecycle = lifecycleOf(host, id, { program }, kind, stateOf(host, id, 'kubeconfig'))
    const { clock } = host
    return new NodeImages({
      lifecycle,
      kind,
      cluster: clusterName(id),
      program,
      exec,
      clock,
      directory: run.temporary,
    })
  },

  inspect: ({ host, id, engine, handOverDirectory }) => {
    const connect = connector(kubeconfigIn(handOverDirectory))
    return {
      logs: new KubernetesLogs(connect),
      evidence: [
        clusterStateEvidence(connect),
        objectEvidence(connect),
        nodeEvidence(engine.program, clusterName(id), stateOf(host, id, 'cluster')),
      ],
    }
  },

  coverage: {
    volume: {
      source: { hostPath: { path: nodeCoverageDirectory, type: 'DirectoryOrCreate' } },
      isShared: true,
    },
    collect: (host, id, { program }, collection, options) => {
      const cluster = markedCluster(host, id, program)
      return collectFromNodes(cluster, host.exec(id), nodeCoverageDirectory, collection, options)
    },
  },

  remove: async (host, id, engine, options) => {
    // Written before anything was made: where it is not, there is nothing, and `kind` need not be there.
    if (!existsSync(stateOf(host, id, 'cluster'))) return []
    const kind = kindOf(host, id, engine.program, host.exec(id))
    return lifecycleOf(host, id, engine, kind, stateOf(host, id, 'kubeconfig')).remove(options)
  },
}

function markedCluster(host: Host, id: string, engine: UsableEngine['program']): MarkedCluster {
  return { engine, name: clusterName(id), markDirectory: stateOf(host, id, 'cluster') }
}

/** The API server's port is leased like any other: a random one may be somebody's by the time kind takes it. */
const apiServerUse = 'kind:api-server'

interface PortUse {
  readonly request: PortRequest
  /** The project's own configuration leads to it already. */
  readonly isMapped: boolean
}

function portOf(
  { service, port, nodePort }: Exposure,
  services: readonly Service[],
  config?: KindConfig,
): PortUse {
  const use = `${service}.${port}`
  const fixed = services.find(({ name }) => name === service)?.ports.get(port)?.hostPort
  const mapped = config === undefined ? undefined : mappedHostPort(config, nodePort)
  const isMapped = mapped !== undefined && (fixed === undefined || fixed === mapped)
  const hostPort = isMapped ? mapped : fixed
  return { request: { use, ...(hostPort === undefined ? {} : { fixed: hostPort }) }, isMapped }
}

function nodePorts(uses: readonly (PortUse & { readonly exposure: Exposure })[]) {
  return uses.map(({ exposure: { nodePort }, request: { use, fixed } }) => ({
    use,
    nodePort,
    ...(fixed === undefined ? {} : { hostPort: fixed }),
  }))
}

/** Ports that the project's configuration maps for itself: no other environment may have them. */
function otherPorts(config: KindConfig | undefined, uses: readonly PortUse[]): PortRequest[] {
  const served = new Set(uses.map(({ request }) => request.fixed))
  return (config?.portMappings ?? [])
    .filter(({ hostPort, protocol }) => protocol === 'TCP' && !served.has(hostPort))
    .map(({ hostPort, containerPort }) => ({ use: `kind:${containerPort}`, fixed: hostPort }))
}

interface Wanted {
  readonly config: KindConfig
  readonly nodeImage?: string
  readonly portMappings: readonly { readonly hostPort: number; readonly containerPort: number }[]
  readonly services: readonly string[]
  readonly objectsOf: (service: string) => Parameters<typeof injectImages>[0][]
  readonly imagePathsOf: (service: string) => Service['imagePaths']
}

function openCluster(context: ClusterContext, wanted: Wanted): KindCluster {
  const { host, id, engine, hostPorts, images, run, imageNamed, variablesOf, handOverDirectory, recreates } =
    context
  const { clock, redactor } = host
  const { program } = engine
  const kind = kindOf(host, id, program, images.exec)
  const lifecycle = lifecycleOf(host, id, engine, kind, kubeconfigIn(handOverDirectory))
  const apiServerPort = hostPorts.get(apiServerUse)
  const resolve = (text: string) => images.provided.get(imageNamed(text) ?? '')?.reference
  return new KindCluster({
    lifecycle,
    wanted: {
      config: wanted.config,
      additions: {
        ...(wanted.nodeImage === undefined ? {} : { image: wanted.nodeImage }),
        portMappings: wanted.portMappings,
        containerdConfigPatches: registryPatches(wanted.config),
        kubeadmConfigPatches: startPatches(wanted.config),
        ...(apiServerPort === undefined ? {} : { apiServerPort }),
      },
    },
    services: {
      environment: id,
      services: wanted.services,
      objectsOf: (service) =>
        wanted
          .objectsOf(service)
          .map((object) => injectImages(object, resolve, wanted.imagePathsOf(service)))
          .map((object) => injectVariables(object, variablesOf(service))),
      clock,
      redactor,
    },
    images: { kind, cluster: clusterName(id), program, exec: images.exec, clock, directory: run.temporary },
    engine: engine.engine,
    hostPorts,
    evidenceDirectory: join(run.path, 'cluster'),
    recreates,
    clock,
    ...(images.choices.isCoverage
      ? {
          onStarted: (options: CallOptions) =>
            openDirectory(markedCluster(host, id, program), nodeCoverageDirectory, options),
        }
      : {}),
  })
}

function kindOf(
  host: Host,
  id: string,
  engine: UsableEngine['program'],
  exec: LocalExec | ClusterContext['images']['exec'],
): Kind {
  return new Kind(exec, { engine, kubeconfig: stateOf(host, id, 'kind-kubeconfig') })
}

function lifecycleOf(
  host: Host,
  id: string,
  { program }: Pick<UsableEngine, 'program'>,
  kind: Kind,
  kubeconfigFile: string,
): KindLifecycle {
  const { clock } = host
  return new KindLifecycle({
    kind,
    engine: program,
    name: clusterName(id),
    markDirectory: stateOf(host, id, 'cluster'),
    kubeconfigFile,
    networkFile: join(host.stateDirectory, 'kind-network.json'),
    withLock: async (name, action, signal) => {
      const release = await host.holds.wait(name, `kindling for ${id}`, (ms) => clock.sleep(ms, signal))
      try {
        return await action()
      } finally {
        release()
      }
    },
    clock,
  })
}

async function check(
  { host, id, engine, signal }: Pick<ClusterContext, 'host' | 'id' | 'engine'> & CallOptions,
  environment: Environment,
  config: KindConfig | undefined,
): Promise<void> {
  const options = signal === undefined ? {} : { signal }
  const found = await findKind(kindOf(host, id, engine.program, host.exec()), options)
  if (found.problem !== undefined) {
    throw new OperationError(found.problem.code, found.problem.message, found.problem.hint)
  }
  const modules = kernelModulesProblem(existsSync, release())
  if (modules !== undefined) throw new OperationError('E_CLUSTER_UNUSABLE', modules.message, modules.hint)
  const isThere = readMark(stateOf(host, id, 'cluster'))?.state === 'complete'
  const { storage: directory } = engine
  const free = directory === undefined ? undefined : freeBytes(directory)
  if (isThere || directory === undefined || free === undefined) return
  const image = environment.cluster.nodeImage
  const hasNodeImage =
    image !== undefined && (await engine.engine.imageId(image, options).catch(() => undefined)) !== undefined
  const nodes = Math.max(1, config?.nodes.length ?? 1)
  const full = diskProblem({ directory, freeBytes: free, nodes, hasNodeImage })
  if (full !== undefined) throw new OperationError('E_DISK_FULL', full.message, full.hint)
}

/** Kind's names have at most 50 characters; with its suffixes they become names of hosts. */
const longestName = 50

/** The cluster of an environment. */
export function clusterName(id: string): string {
  if (id.length <= longestName) return id
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8)
  return `${id.slice(0, longestName - hash.length - 1)}-${hash}`
}

function kubeconfigIn(handOverDirectory: string): string {
  return join(handOverDirectory, 'kubeconfig')
}

/** Connects when first asked; before the cluster is there, there is nobody to talk to. */
function connector(kubeconfigFile: string): Connect {
  let connection: Promise<KubernetesClient> | undefined
  return async () => {
    if (connection === undefined && !existsSync(kubeconfigFile)) return undefined
    connection ??= connectKubernetes(readFileSync(kubeconfigFile, 'utf8'))
    return connection
  }
}

function stateOf(host: Host, id: string, name: string): string {
  return join(host.stateDirectory, 'environments', id, name)
}
