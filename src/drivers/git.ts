import { CommandError } from '../exec/command-error.ts'
import type { Exec } from '../exec/exec.ts'

/** What a tag tells of the sources. */
export interface GitFacts {
  /** Full id of the commit that is checked out; absent outside a repository or before its first commit. */
  readonly commit?: string
  /** Whether tracked files differ from it. */
  readonly isDirty: boolean
}

/** Asks git; a machine without git, or a directory outside any repository, has no facts rather than an error. */
export async function gitFacts(exec: Exec, cwd: string): Promise<GitFacts> {
  try {
    const { stdout } = await exec.run(
      {
        program: 'git',
        args: ['status', '--porcelain=v2', '--branch', '--untracked-files=no'],
        cwd,
        // Reading must not take the index lock from an editor or another git.
        env: { GIT_OPTIONAL_LOCKS: '0' },
      },
      { isData: true },
    )
    const lines = stdout.split('\n').filter(Boolean)
    const commit = lines.find((line) => line.startsWith('# branch.oid '))?.slice('# branch.oid '.length)
    return {
      ...(commit === undefined || commit === '(initial)' ? {} : { commit }),
      isDirty: lines.some((line) => !line.startsWith('#')),
    }
  } catch (error) {
    if (error instanceof CommandError) return { isDirty: false }
    throw error
  }
}

/**
 * The files below a directory that git does not ignore, new ones included, relative to it; undefined where there is no
 * git or no repository. What has been deleted but not committed may be among them.
 */
export async function gitFiles(exec: Exec, cwd: string): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await exec.run(
      {
        program: 'git',
        args: ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
        cwd,
        env: { GIT_OPTIONAL_LOCKS: '0' },
      },
      { isData: true },
    )
    return [...new Set(stdout.split('\0').filter(Boolean))]
  } catch (error) {
    if (error instanceof CommandError) return undefined
    throw error
  }
}
