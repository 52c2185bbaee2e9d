import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { ComposeService } from './compose-service.ts'

/** What a detector has found in one file. `path` is that of the file, relative to the root of the repository. */
export type Finding =
  | DockerfileFinding
  | BuildFinding
  | ManifestsFinding
  | KustomizationFinding
  | ChartFinding
  | KindConfigFinding
  | SkaffoldFinding
  | ComposeFinding
  | TestsFinding
  | SetUpFinding

/** A Dockerfile, whoever builds it. */
export interface DockerfileFinding {
  readonly kind: 'dockerfile'
  readonly path: string
  /** Images it starts from, with the defaults of its arguments. */
  readonly bases: readonly string[]
  /** TCP ports it says it listens on. */
  readonly ports: readonly number[]
  /** What it copies from its context. */
  readonly copies: readonly string[]
  /** Arguments that a FROM needs and that have no default. */
  readonly requiredArgs: readonly string[]
}

/** Somebody builds an image: how, and under which name. */
export interface BuildFinding {
  readonly kind: 'build'
  readonly path: string
  /** From 1; absent where the file has no lines to speak of. */
  readonly line?: number
  readonly by: 'skaffold' | 'compose' | 'command'
  /** Without its tag; absent when nobody names it. */
  readonly repository?: string
  /** What it is called there, when that is not the repository. */
  readonly name?: string
  /** Path of the Dockerfile. */
  readonly dockerfile: string
  /** Path of the directory. */
  readonly context: string
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
  /** By argument, the repository of an image that is built as well. */
  readonly imageArgs: Readonly<Record<string, string>>
  /** Parts that only a run of the command would have told. */
  readonly unknown: readonly string[]
}

/** Kubernetes objects in one file. */
export interface ManifestsFinding {
  readonly kind: 'manifests'
  readonly path: string
  readonly objects: readonly KubernetesObject[]
}

export interface KustomizationFinding {
  readonly kind: 'kustomization'
  readonly path: string
  readonly directory: string
  /** Paths of what it lists, files and directories. */
  readonly resources: readonly string[]
  /** Whether it does nothing but list them. */
  readonly isPlain: boolean
}

export interface ChartFinding {
  readonly kind: 'chart'
  readonly path: string
  readonly directory: string
  readonly name: string
  /** Paths of its own files with values, other than the default one. */
  readonly values: readonly string[]
}

export interface KindConfigFinding {
  readonly kind: 'kind-config'
  readonly path: string
}

/** What `skaffold` would apply. */
export interface SkaffoldFinding {
  readonly kind: 'skaffold'
  readonly path: string
  /** What it calls the project, where it does. */
  readonly name?: string
  /** Patterns of manifest files. */
  readonly manifests: readonly string[]
  /** Directories. */
  readonly kustomizations: readonly string[]
  readonly releases: readonly Release[]
  readonly forwards: readonly { readonly service: string; readonly port: number }[]
  /** What it does that has no place here. */
  readonly notes: readonly string[]
}

/** A chart that somebody installs, and how. */
export interface Release {
  readonly name: string
  /** Path of a directory of the repository, or what `helm` calls a chart of others. */
  readonly chart: string
  readonly repo?: string
  readonly version?: string
  readonly namespace?: string
  readonly values: readonly string[]
  readonly set: Readonly<Record<string, string>>
}

export interface ComposeFinding {
  readonly kind: 'compose'
  readonly path: string
  /** What it calls the project, where it does. */
  readonly name?: string
  readonly services: readonly ComposeService[]
  readonly notes: readonly string[]
}

/** How the repository runs its end-to-end tests. */
export interface TestsFinding {
  readonly kind: 'tests'
  readonly path: string
  /** A line for the shell, in the root. */
  readonly run: string
}

/** A line of a script that sets an environment up by itself. */
export interface SetUpFinding {
  readonly kind: 'set-up'
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly does: 'build' | 'cluster' | 'load' | 'apply'
  readonly text: string
}
