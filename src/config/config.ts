import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { LateExpression, Template } from './expression.ts'

/**
 * A valid configuration: every name in it exists, every path is absolute, every default is filled in. Maps keep
 * the order of the file.
 */
export interface Config {
  /** Absolute path of the file it was read from. */
  readonly file: string
  /** Directory of that file: what relative paths and commands start from. */
  readonly root: string
  readonly project: string
  readonly images: ReadonlyMap<string, Image>
  readonly services: ReadonlyMap<string, Service>
  readonly environments: ReadonlyMap<string, Environment>
  /** Where the value at a path of the file stands, for problems that later steps find. */
  readonly locate: (path: YamlPath) => SourceLocation
}

/** What a manifest can run: built here, or somebody else's. The two never take each other's place. */
export type Image = BuiltImage | ExternalImage

export interface BuiltImage {
  readonly kind: 'built'
  readonly name: string
  /** The name manifests know it by, for example `shop/gateway`: no tag, no `localhost/`. */
  readonly repository: string
  /** Absolute path. */
  readonly dockerfile: string
  /** Absolute path of the build context. */
  readonly context: string
  readonly target?: string
  readonly args: ReadonlyMap<string, Template>
  /** Added to `args`, or in their place, in a build that measures coverage. */
  readonly coverageArgs: ReadonlyMap<string, Template>
  /** Images that must exist before this build: those listed and those its `args` refer to. */
  readonly needs: readonly string[]
  /** What the build is expected to take at most, for admission. */
  readonly memoryBytes: number
  readonly timeoutMs: number
  /** `os/architecture[/variant]`; absent means that of the engine. */
  readonly platform?: string
  /** Of its name in the file. */
  readonly location: SourceLocation
}

export interface ExternalImage {
  readonly kind: 'external'
  readonly name: string
  /** Fully qualified, with tag or digest. */
  readonly reference: string
  /** Command that writes a root file system as tar to stdout, run in the root, for machines without the registry. */
  readonly rootfs?: readonly string[]
  readonly location: SourceLocation
}

/** Manifests, what must be ready before them, and when they count as ready. */
export interface Service {
  readonly name: string
  /** Absolute paths of files and directories, in order. */
  readonly apply: readonly string[]
  readonly needs: readonly string[]
  /** All of them must hold, checked in order. */
  readonly ready: readonly WaitSpec[]
  /** From apply until ready. */
  readonly timeoutMs: number
  /** How many restarts of a container are tolerated while it comes up. */
  readonly restarts: number
  /** Ports of its Kubernetes Services that tests reach from the host, by the name tests use. */
  readonly ports: ReadonlyMap<string, ServicePort>
  readonly location: SourceLocation
}

export interface ServicePort {
  /** Port of the Kubernetes Service. */
  readonly port: number
  /** Port on 127.0.0.1; absent means that one is allocated per run. */
  readonly hostPort?: number
}

/** When a service counts as ready. `port` is a name from the service's `ports`. */
export type WaitSpec =
  | { readonly kind: 'rollout' }
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | { readonly kind: 'http'; readonly port: string; readonly path: string; readonly status: number }
  | { readonly kind: 'tcp'; readonly port: string }

export interface Environment {
  readonly name: string
  /** The services asked for; `servicesOf` adds what they need. */
  readonly services: readonly string[]
  readonly cluster: ClusterSpec
  /** Present when the configuration says what its tests are. */
  readonly test?: TestSpec
  readonly isDefault: boolean
  readonly location: SourceLocation
}

export const clusterProviders = ['podman', 'kind'] as const

/** What can serve an environment. */
export type ClusterProvider = (typeof clusterProviders)[number]

export interface ClusterSpec {
  readonly provider: ClusterProvider
  /** Absolute path of the project's own Kind configuration. */
  readonly configFile?: string
  /** Image of the nodes. */
  readonly nodeImage?: string
}

/** The tests of an environment. */
export interface TestSpec {
  /** A line for the shell, or a program and its arguments. */
  readonly run: string | readonly string[]
  readonly env: ReadonlyMap<string, Template<LateExpression>>
  readonly timeoutMs: number
}
