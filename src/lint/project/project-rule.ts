import type { Config } from '../../config/config.ts'
import type { Diagnostic, SourceLocation } from '../../diagnostics/diagnostic.ts'
import type { YamlPath } from '../../diagnostics/yaml-source.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { RuleDescription } from '../rule.ts'

/** A rule that looks at the configuration of a project and at what it names. */
export interface ProjectRule extends RuleDescription {
  readonly check: (facts: ProjectFacts) => Iterable<ProjectFinding>
}

export interface ProjectFinding {
  readonly location: SourceLocation
  readonly message: string
  readonly hint: string
  /** Where it is another one than that of the rule. */
  readonly severity?: 'error' | 'warning'
  readonly related?: NonNullable<Diagnostic['related']>
}

/** What has been read of a project, for the rules to judge. */
export interface ProjectFacts {
  /** Absent where single files are looked at that belong to none. */
  readonly config?: Config
  readonly contexts: readonly ContextFacts[]
  /** Each file once. */
  readonly kindConfigs: readonly KindConfigFacts[]
  /** Each object once, whatever environments have it. */
  readonly objects: readonly ObjectFacts[]
  /** What those who read the manifests have found wrong with their images. */
  readonly imageProblems: readonly Diagnostic[]
}

/** A build context after its ignore file. */
export interface ContextFacts {
  /** The images that are built in it. */
  readonly images: readonly string[]
  readonly directory: string
  /** Where the first of them names it. */
  readonly location: SourceLocation
  /** Absolute path; absent when there is none. */
  readonly ignoreFile?: string
  readonly bytes: number
  /** Directories and files directly in it, and what each holds in bytes. */
  readonly entries: ReadonlyMap<string, number>
  /** What Dockerfiles copy from it by name. */
  readonly copied: readonly string[]
}

export interface KindConfigFacts {
  readonly file: string
  readonly text: string
  readonly environments: readonly string[]
  /** What kind's own reading of it has told. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface ObjectFacts {
  readonly object: KubernetesObject
  readonly environments: readonly string[]
  readonly locate: (path: YamlPath) => SourceLocation
  /** The image of the project that a manifest means by a text. */
  readonly isBuiltHere: (image: string) => boolean
}
