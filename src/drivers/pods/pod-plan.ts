import type { Redirect } from './services.ts'

/** A directory or file that a container sees at a path. */
export interface Mount {
  readonly target: string
  readonly readOnly: boolean
  readonly source:
    | { readonly kind: 'host'; readonly path: string }
    /** A directory of the environment that pods may write to, by name; it lives as long as the environment. */
    | { readonly kind: 'directory'; readonly name: string; readonly subPath: string }
    /** The same, but empty whenever the pod is made anew. */
    | { readonly kind: 'scratch'; readonly name: string; readonly subPath: string }
    /** Files made from a ConfigMap or Secret, by the name of their directory. */
    | { readonly kind: 'files'; readonly name: string; readonly subPath: string }
}

/** Files to be laid down for a volume before the pod starts. */
export interface FileSet {
  readonly name: string
  readonly files: readonly { readonly path: string; readonly content: Buffer; readonly mode: number }[]
}

export interface ContainerPlan {
  readonly name: string
  readonly image: string
  readonly entrypoint?: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly Mount[]
  readonly workingDir?: string
  /** `uid` or `uid:gid`. */
  readonly user?: string
  readonly groups: readonly number[]
  readonly memoryBytes?: number
  readonly cpus?: number
  readonly readOnlyRoot: boolean
  readonly privileged: boolean
  readonly addCapabilities: readonly string[]
  readonly dropCapabilities: readonly string[]
  /** podman's own words for it. */
  readonly restart: 'no' | 'always' | `on-failure:${number}`
  readonly readiness: readonly ReadinessCheck[]
}

export type ReadinessCheck =
  | { readonly kind: 'http'; readonly port: number; readonly path: string; readonly isTls: boolean }
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'exec'; readonly command: readonly string[]; readonly timeoutMs: number }

/** A pod as podman is to run it: everything resolved, nothing of Kubernetes left. Pure data, hashed to tell changes. */
export interface PodPlan {
  readonly service: string
  readonly name: string
  readonly hostname: string
  /** Names under which other pods find it. */
  readonly aliases: readonly string[]
  readonly redirects: readonly Redirect[]
  /** Container ports that the host must reach, with the use they are leased for, if any. */
  readonly published: readonly { readonly containerPort: number; readonly use?: string }[]
  readonly hosts: readonly { readonly ip: string; readonly name: string }[]
  readonly initContainers: readonly ContainerPlan[]
  readonly containers: readonly ContainerPlan[]
  readonly files: readonly FileSet[]
  readonly runsToCompletion: boolean
  /** Seconds between SIGTERM and SIGKILL when it is removed. */
  readonly graceSeconds: number
}
