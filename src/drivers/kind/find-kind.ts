import { CommandError } from '../../exec/command-error.ts'
import type { CallOptions } from '../container-engine.ts'
import { isOlder } from '../podman/open-podman.ts'
import type { Kind } from './kind.ts'

/**
 * The oldest kind that is used. From 0.20 on every node has a cgroup namespace of its own; node images made since then
 * count on that on hosts with cgroups v1, and do not start under an older kind.
 */
export const oldestKind = '0.20.0'

/** Why there is no usable kind: in a sentence, with the cure. */
export interface KindProblem {
  readonly code: 'E_KIND_NOT_FOUND' | 'E_KIND_TOO_OLD'
  readonly message: string
  readonly hint: string
}

/** A version that is `undefined` is a build of somebody's own; what that can do will show. */
export type FindKindResult =
  | { readonly version: string | undefined; readonly problem?: undefined }
  | { readonly problem: KindProblem }

const install = `install kind ${oldestKind} or newer (go install sigs.k8s.io/kind@latest, brew install kind, or a binary from https://kind.sigs.k8s.io/docs/user/quick-start/#installation)`

/** Makes sure that kind is there and new enough. */
export async function findKind(kind: Kind, options?: CallOptions): Promise<FindKindResult> {
  try {
    const version = await kind.version(options)
    if (version === undefined || !isOlder(version, oldestKind)) return { version }
    return { problem: { code: 'E_KIND_TOO_OLD', message: `kind ${version} is too old`, hint: install } }
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason !== 'spawn') throw error
    const message = 'kind is not installed, or not on the PATH'
    return { problem: { code: 'E_KIND_NOT_FOUND', message, hint: install } }
  }
}
