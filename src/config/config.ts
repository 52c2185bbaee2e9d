import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { GeneratedExpression, LateExpression, StepExpression, Template } from './expression.ts'
import type { GeneratedValue } from './generated.ts'
import type { PathStep } from './json-path.ts'
import type { FileSource, ImagePathSpec, ManifestSource } from './manifest-source.ts'

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
  /** Made once for each environment. */
  readonly generated: ReadonlyMap<string, GeneratedValue>
  readonly services: ReadonlyMap<string, Service>
  readonly environments: ReadonlyMap<string, Environment>
  readonly lint: LintSpec
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
  /** Present when the coverage of its programs can be read. */
  readonly coverage?: CoverageSpec
  /** Images that must exist before this build: those listed and those its `args` refer to. */
  readonly needs: readonly string[]
  /** By the id that a `RUN --mount=type=secret` names. */
  readonly secrets: ReadonlyMap<string, BuildSecret>
  /** What the build is expected to take at most, for admission. */
  readonly memoryBytes: number
  readonly timeoutMs: number
  /** `os/architecture[/variant]` each, every one once; none means that of the engine. */
  readonly platforms: readonly string[]
  /** Of its name in the file. */
  readonly location: SourceLocation
}

export const coverageLanguages = ['node', 'go', 'python'] as const

/** What a program can be written in whose coverage is measured. */
export type CoverageLanguageName = (typeof coverageLanguages)[number]

/** How the coverage of an image's programs is read. */
export interface CoverageSpec {
  readonly language: CoverageLanguageName
  /** Absolute paths of the repository, by what stands for them in the image. */
  readonly paths: ReadonlyMap<string, string>
}

/** Where a secret of a build is: in a variable of this process, or in a file with an absolute path. */
export type BuildSecret =
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'file'; readonly file: string }

export interface ExternalImage {
  readonly kind: 'external'
  readonly name: string
  /** Fully qualified, with tag or digest. */
  readonly reference: string
  /** Command that writes a root file system as tar to stdout, run in the root, for machines without the registry. */
  readonly rootfs?: readonly string[]
  readonly location: SourceLocation
}

/** Manifests, or a step; what must be ready before them, and when they count as ready. */
export interface Service {
  readonly name: string
  /** Present when it is another instance of a service: what it does not say for itself is that one's. */
  readonly instance?: InstanceSpec
  /** At least one, but for a step. */
  readonly sources: readonly ManifestSource[]
  /** What runs on the host instead of manifests. */
  readonly step?: StepSpec
  /** Variables of the step, or of all containers of the manifests. */
  readonly env: ReadonlyMap<string, Template<StepExpression>>
  /** What others are told of it once it is ready. */
  readonly outputs: ReadonlyMap<string, OutputSpec>
  /** Takes the place of the namespaces in the manifests. */
  readonly namespace?: string
  /** Images outside of pod templates. */
  readonly imagePaths: readonly ImagePathSpec[]
  /** Services that must be ready before this one is applied: those listed and those its `env` refers to. */
  readonly needs: readonly string[]
  /** Services that must have been applied before, ready or not. */
  readonly appliedNeeds: readonly string[]
  /** All of them must hold, checked in order. */
  readonly ready: readonly WaitSpec[]
  /** Whether its ports are given a moment to take connections after that: where nothing is said of `ready`. */
  readonly awaitsPorts: boolean
  /** From apply until ready. */
  readonly timeoutMs: number
  /** How many restarts of a container are tolerated while it comes up. */
  readonly restarts: number
  /** Ports of its Kubernetes Services that tests reach from the host, by the name tests use. */
  readonly ports: ReadonlyMap<string, ServicePort>
  readonly location: SourceLocation
}

/** A command on the host that is a service: what needs it waits until it has ended well. */
export interface StepSpec {
  /** A line for the shell, or a program and its arguments. */
  readonly run: string | readonly string[]
  readonly forwards: ReadonlyMap<string, ForwardSpec>
  /** Files that decide what it does; absent means that nobody knows, and that it runs each time. */
  readonly inputs?: readonly FileSource[]
}

/** A port on 127.0.0.1 that leads to a Kubernetes Service while a step runs. */
export interface ForwardSpec {
  /** Name of the Service in the manifests. */
  readonly service: string
  /** Absent means that the only Service of that name is meant. */
  readonly namespace?: string
  /** Of the Service: its number or its name. */
  readonly port: number | string
}

/** A text that is read off a service when it is ready. */
export type OutputSpec = {
  /** Kept out of all output. */
  readonly isSecret: boolean
} & (
  | {
      /** What the step prints. */
      readonly kind: 'stdout'
      /** The first group of the first line it matches is the value; without a group, all that matches. */
      readonly line: RegExp
    }
  | ({ readonly kind: 'log'; readonly line: RegExp } & ContainerChoice)
  | {
      readonly kind: 'object'
      readonly object: ObjectName
      readonly path: readonly PathStep[]
    }
)

/** An object in the cluster; the rest is found when the manifests or the cluster have only one of the kind. */
export interface ObjectName {
  readonly kind: string
  readonly name: string
  readonly apiVersion?: string
  readonly namespace?: string
}

/** How a second instance lives beside the first. */
export interface InstanceSpec {
  /** Name of the service whose manifests it has, which is no instance itself. */
  readonly of: string
  /** Its objects keep their names, in a namespace of their own; otherwise they get names of their own. */
  readonly keepsNames: boolean
}

export interface ServicePort {
  /** Port of the Kubernetes Service. */
  readonly port: number
  /** Port on 127.0.0.1; absent means that one is allocated per run. */
  readonly hostPort?: number
}

/** One condition of a service's readiness, which may have a time of its own within the service's. */
export type WaitSpec = WaitCondition & { readonly timeoutMs?: number }

/** What a condition asks for. `port` is a name from the service's `ports`. */
export type WaitCondition =
  | { readonly kind: 'rollout' }
  /** One Job of the manifests, or all of them. */
  | { readonly kind: 'job'; readonly name?: string }
  /** One Service of the manifests, or all of them. */
  | { readonly kind: 'endpoints'; readonly name?: string }
  | ({ readonly kind: 'http' } & WaitRequest)
  | ({
      readonly kind: 'https'
      /** Absolute path of the certificates that are trusted instead of the well-known ones. */
      readonly caFile?: string
      /** The same, where it is a file that is made for the environment; known only with the environment. */
      readonly generatedCa?: GeneratedExpression
      /** Whatever certificate the server has is taken. */
      readonly isInsecure: boolean
    } & WaitRequest)
  | { readonly kind: 'tcp'; readonly port: string }
  | ({ readonly kind: 'exec'; readonly command: readonly string[] } & ContainerChoice)
  | ({ readonly kind: 'log'; readonly line: TextPattern } & ContainerChoice)
  | {
      readonly kind: 'condition'
      readonly object: ObjectName
      readonly type: string
      readonly status: string
    }
  | ({ readonly kind: 'dns'; readonly name: string } & ContainerChoice)

/** A request from the host, and the answer to it that counts. */
export interface WaitRequest {
  readonly port: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The name the server is asked by; absent means its address. */
  readonly host?: string
  /** Both ends belong to a range. */
  readonly status: readonly { readonly from: number; readonly to: number }[]
  readonly body?: TextPattern
}

/** A container of a service; absent means the first that can serve, or any. */
export interface ContainerChoice {
  readonly container?: string
  /** A pod, or the workload whose pods are meant. */
  readonly pod?: string
}

/** A text that must occur, or an expression that must match. */
export type TextPattern = string | RegExp

export interface Environment {
  readonly name: string
  /** The services asked for; `servicesOf` adds what they need. */
  readonly services: readonly string[]
  readonly cluster: ClusterSpec
  /** Present when the configuration says what its tests are. */
  readonly test?: TestSpec
  readonly evidence: EvidenceSpec
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
  /** Definitions of custom resources that are there before every service. */
  readonly crds: readonly FileSource[]
  /** Namespaces that are there before every service. */
  readonly namespaces: readonly NamespaceSpec[]
}

export interface NamespaceSpec {
  readonly name: string
  readonly location: SourceLocation
}

/** The tests of an environment. */
export interface TestSpec {
  /** A line for the shell, or a program and its arguments. */
  readonly run: string | readonly string[]
  readonly env: ReadonlyMap<string, Template<LateExpression>>
  readonly timeoutMs: number
}

export const evidenceChoices = ['never', 'on-failure', 'always'] as const

/** When evidence of a run is gathered. */
export type EvidenceChoice = (typeof evidenceChoices)[number]

/** What is gathered of a run of an environment, beyond what the run tells itself. */
export interface EvidenceSpec {
  readonly when: EvidenceChoice
  /** For all of it. */
  readonly timeoutMs: number
  /** Of all files together. */
  readonly maxBytes: number
}

/** What the project says about the linter. */
export interface LintSpec {
  readonly disabled: readonly LintWaiver[]
  /** By rule. */
  readonly severities: ReadonlyMap<
    string,
    { readonly severity: 'error' | 'warning'; readonly location: SourceLocation }
  >
}

/** A rule that does not hold. */
export interface LintWaiver {
  readonly rule: string
  /** Absolute path of a file, or of a directory with all below it; absent means everywhere. */
  readonly path?: string
  readonly reason: string
  readonly location: SourceLocation
}
