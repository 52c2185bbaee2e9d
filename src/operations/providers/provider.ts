import type { ClusterProvider, Environment, Service } from '../../config/config.ts'
import type { CoverageVolume } from '../../deploy/inject-coverage.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Cluster, ManifestProblem, ServiceManifests } from '../../drivers/cluster.ts'
import type { Collection } from '../../drivers/collection.ts'
import type { CallOptions } from '../../drivers/container-engine.ts'
import type { ContainerLogs } from '../../drivers/container-logs.ts'
import type { EngineName } from '../../drivers/engines.ts'
import type { EvidenceSource } from '../../drivers/evidence.ts'
import type { LocalExec } from '../../exec/local-exec.ts'
import type { ProviderTraits } from '../../plan/plan.ts'
import type { PortRequest } from '../../state/port-leases.ts'
import type { RunDirectory } from '../../state/run-directory.ts'
import type { ImageScope } from '../../tasks/run-scope.ts'
import type { Host, UsableEngine } from '../host.ts'
import type { ForwardTargets } from '../prepare/forward-targets.ts'

/**
 * Something that can serve an environment. To add one: write its file here, and name it in `providers.ts` and in the
 * configuration's schema.
 */
export interface Provider {
  readonly name: ClusterProvider
  readonly traits: ProviderTraits
  /** An engine it can work with. Throws `OperationError`. */
  openEngine(
    host: Host,
    exec: LocalExec,
    options: { readonly signal?: AbortSignal; readonly preference?: EngineName | undefined },
  ): Promise<UsableEngine>
  /** Looks at all it can before anything happens. */
  prepare(
    environment: Environment,
    services: readonly Service[],
    manifests: readonly ServiceManifests[],
    forwards: ForwardTargets,
  ): Promise<PreparedProvider>
  /** The nodes of a cluster that is there, to load images into; absent where images are not loaded. */
  openNodes?(host: Host, id: string, engine: UsableEngine, run: RunDirectory): Required<Pick<Cluster, 'load'>>
  /** What can be seen of an environment from what is on the host alone, at any point of a run and after it. */
  inspect(place: EnvironmentPlace): Inspection
  /** How containers keep what they have measured of themselves. */
  readonly coverage: {
    readonly volume: CoverageVolume
    /** Ends the containers that measure themselves, and collects what they have written; from what is on the host alone. */
    collect(
      host: Host,
      id: string,
      engine: UsableEngine,
      collection: Collection,
      options: CallOptions,
    ): Promise<void>
  }
  /**
   * Removes what it made for an environment, from what is on the host alone; resolves with what that was, in a few
   * words each.
   */
  remove(host: Host, id: string, engine: UsableEngine, options: CallOptions): Promise<readonly string[]>
}

/** Where an environment is to be looked for. */
export interface EnvironmentPlace {
  readonly host: Host
  readonly id: string
  readonly engine: UsableEngine
  /** Directory of the environment's hand-over files. */
  readonly handOverDirectory: string
}

/** Ways to look at an environment, whether it is up, half up, or dead. */
export interface Inspection {
  readonly logs: ContainerLogs
  /** What it can tell of a failure beyond the logs. */
  readonly evidence: readonly EvidenceSource[]
}

/** A provider that knows what it is to serve. */
export interface PreparedProvider {
  readonly diagnostics: readonly Diagnostic[]
  /** What it cannot serve of the manifests. */
  readonly problems: readonly ManifestProblem[]
  /** Values to be kept out of all output. */
  readonly secrets: readonly string[]
  /** Ports of the host that it takes; they include those of the services. */
  readonly hostPorts: readonly PortRequest[]
  /** What this machine lacks for it, told before any effect: throws `OperationError`. */
  check?(context: Pick<ClusterContext, 'host' | 'id' | 'engine'> & CallOptions): Promise<void>
  open(context: ClusterContext): Cluster
}

/** What a cluster is made with, in a run. */
export interface ClusterContext {
  readonly host: Host
  /** The environment's id. */
  readonly id: string
  readonly engine: UsableEngine
  /** By use: `service.port`, or as the provider asked for them. */
  readonly hostPorts: ReadonlyMap<string, number>
  readonly images: ImageScope
  readonly run: RunDirectory
  /** What is put into the containers of a service; known from when it is applied. */
  readonly variablesOf: (service: string) => Readonly<Record<string, string>>
  /** The name of the configured image that a manifest means by a text. */
  readonly imageNamed: (text: string) => string | undefined
  /** Directory of the environment's hand-over files. */
  readonly handOverDirectory: string
  /** Replaces a cluster that is there and not as it should be. */
  readonly recreates: boolean
}
