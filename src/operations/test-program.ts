import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Config, Environment, TestSpec } from '../config/config.ts'
import { InvalidInput } from './operation-error.ts'

interface From {
  readonly config: Config
  readonly environment: Environment
  /** From the command line. */
  readonly run?: readonly string[]
  readonly host: { readonly env: Readonly<Record<string, string | undefined>> }
}

/**
 * Throws `InvalidInput` when the tests are a program that is on no PATH: better now than after minutes of builds. A
 * path is not looked at, since a step may yet make what it leads to; of a line for the shell only the shell knows.
 */
export function checkTestProgram(
  { run, env }: TestSpec,
  { config, environment, run: own, host }: From,
): void {
  const program = typeof run === 'string' ? undefined : run[0]
  if (program === undefined || program.includes('/') || env.has('PATH')) return
  if (isOnPath(program, host.env.PATH ?? '')) return
  const isOwn = own !== undefined && own.length > 0
  const location = isOwn ? undefined : config.locate(['environments', environment.name, 'test', 'run'])
  throw new InvalidInput([
    {
      code: 'E_TESTS_MISSING',
      severity: 'error',
      message: `the tests cannot be started: there is no program \`${program}\` on the PATH`,
      ...(location === undefined ? {} : { location }),
      hint: 'install it, or name it with its path; programs of npm packages are run by `npx`',
    },
  ])
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
