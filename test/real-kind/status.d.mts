/** The rig as tests use it, or why there is none. */
export type RigStatus = PresentRig | AbsentRig

export interface PresentRig {
  readonly present: true
  /** The path of the program kind. */
  readonly kind: string
  /** The node image as podman names it, for `kind create cluster --image`. */
  readonly nodeImage: string
  /** As in `v1.20.2`. */
  readonly kubernetesVersion: string
  /** Present where containers start only under a containers.conf of the rig's own. */
  readonly containersConf?: string
  /** What to add to the environment of every call of kind, kubectl and podman. */
  readonly env: Readonly<Record<string, string>>
}

export interface AbsentRig {
  readonly present: false
  /** What is missing and how to get it, in a sentence. */
  readonly reason: string
}

/** Finds out in a fraction of a second, and without changing anything, whether the rig is there. */
export function rigStatus(): RigStatus
