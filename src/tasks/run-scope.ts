import type { Config } from '../config/config.ts'
import type { Cluster } from '../drivers/cluster.ts'
import type { ContainerEngine } from '../drivers/container-engine.ts'
import type { Exec } from '../exec/exec.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import type { Clock } from '../util/clock.ts'

/** An image as this run has it: what a build or pull gave. */
export interface ProvidedImage {
  readonly reference: string
  /** `sha256:` and 64 hex digits. */
  readonly id: string
  /** What decided its content; for external images their ID. */
  readonly fingerprint: string
}

/** What the tasks of a run share. Each task reads what its needs left here, and leaves its own. */
export interface RunScope {
  readonly config: Config
  /** Owner of everything that is made. */
  readonly environmentId: string
  readonly engine: ContainerEngine
  readonly cluster: Cluster
  readonly exec: Exec
  readonly run: RunDirectory
  readonly clock: Clock
  /** The unique tag of an image in this run. */
  readonly tagOf: (image: string) => string
  /** Images provided so far, by name in the configuration. */
  readonly provided: Map<string, ProvidedImage>
  /** Remembers an image that was pulled here and was not there before. */
  readonly rememberPulled: (reference: string) => Promise<void>
}
