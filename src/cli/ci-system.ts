import { isAbsolute, relative, resolve } from 'node:path'

/** CI systems whose logs can do more than show lines. */
export type CiSystem = 'github' | 'gitlab'

/** The CI system this process runs in, if its log is one that is known. */
export function ciSystem(env: Readonly<Record<string, string | undefined>>): CiSystem | undefined {
  if (env.GITHUB_ACTIONS === 'true') return 'github'
  return env.GITLAB_CI === 'true' ? 'gitlab' : undefined
}

/**
 * Makes a file, given from a directory on, one from the root of the repository on, as GitHub shows it in a pull request.
 * What lies outside stays as it is.
 */
export function repositoryPath(
  { GITHUB_WORKSPACE: repository }: Readonly<Record<string, string | undefined>>,
  directory: string,
): (file: string) => string {
  return (file) => {
    if (!repository) return file
    const path = relative(repository, resolve(directory, file))
    return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path
  }
}
