import type { CoverageMapData } from 'istanbul-lib-coverage'
import type { CoverageLanguageName } from '../config/config.ts'
import type { Exec } from '../exec/exec.ts'
import type { RepositoryPaths } from './repository-paths.ts'

/**
 * How programs of a language measure themselves. To add one: write its file here, and name it in `languages.ts` and in
 * `coverageLanguages` of the configuration.
 */
export interface CoverageLanguage {
  readonly name: CoverageLanguageName
  /** Variables that make a program write its data into a directory when it ends. */
  variables(directory: string): Readonly<Record<string, string>>
  /** Names of files that a program writes when it starts and needs when it ends: a pattern of the shell. */
  readonly writtenAtStart?: string
  /** Whether a file is one that a program has written at its end. */
  isData(name: string): boolean
  /** Why a program may have written nothing, each in a clause; the likeliest first. */
  readonly causes: readonly string[]
  /** The coverage of files of the repository, by absolute path. Rejects with `CommandError` when a program it needs fails. */
  read(data: CoverageData, tools: CoverageTools): Promise<CoverageMapData>
}

/** What the programs of one image have written. */
export interface CoverageData {
  /** Of each container one. */
  readonly directories: readonly string[]
  readonly paths: RepositoryPaths
}

export interface CoverageTools {
  readonly exec: Exec
  readonly signal?: AbortSignal
  /** Root of the repository. */
  readonly root: string
  /** A directory for files of its own, which is removed later. */
  readonly temporary: string
}
