import type { SetUpFinding } from '../../init/findings.ts'

/** How far a repository has come. */
export interface Adoption {
  readonly project: string
  readonly hasConfig: boolean
  readonly services: readonly ServiceAdoption[]
  /** Lines of scripts, Makefiles and test code that build, load and apply by themselves. */
  readonly scripts: readonly SetUpFinding[]
}

/** How far one service has come. */
export interface ServiceAdoption {
  readonly service: string
  /** Where what it runs comes from; `unknown` when the manifests name an image that nobody provides. */
  readonly image: 'built' | 'pulled' | 'unknown' | 'none'
  readonly hasManifests: boolean
  /** Those it is in, by name. */
  readonly environments: readonly string[]
  /** Whether `kindling` sets it up, a script does, or both. */
  readonly way: 'kindling' | 'both' | 'scripts' | 'none'
  /** Where scripts do: `Makefile:10`. */
  readonly scripts: readonly string[]
  /** Whether a build for measuring coverage is described; absent where nothing is built. */
  readonly isCoverageReady?: boolean
  /** What the linter finds in its Dockerfiles and manifests: how many things. */
  readonly lintFindings: number
  /** What the last run that brought one of its environments up took, milliseconds. */
  readonly setUpMs?: number
  readonly next: string
}
