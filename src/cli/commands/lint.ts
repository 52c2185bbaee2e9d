import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { fixFindings } from '../../operations/lint/fix.ts'
import { type LintResult, lint } from '../../operations/lint/lint.ts'
import { exitCodes, InvalidInput } from '../../operations/operation-error.ts'
import type { LintFormat, LintFormatName } from '../lint-output/lint-output.ts'
import type { Session } from '../session.ts'

export interface LintFlags {
  readonly file?: string
  readonly fix?: boolean
  readonly staged?: boolean
  readonly output: LintFormatName
}

const formats: Readonly<Record<LintFormatName, () => Promise<LintFormat>>> = {
  text: async () => (await import('../lint-output/text.ts')).textOutput,
  json: async () => (await import('../lint-output/json.ts')).jsonOutput,
  sarif: async () => (await import('../lint-output/sarif.ts')).sarifOutput,
  github: async () => (await import('../lint-output/github.ts')).githubOutput,
}

/** `kindling lint`: exit code 1 when there are errors among the findings. */
export async function lintCommand(
  session: Session,
  paths: readonly string[],
  version: string,
  flags: LintFlags,
): Promise<void> {
  const { cwd, stdout } = session
  if (flags.staged === true && paths.length > 0) throw new InvalidInput([pathsOfStaged])
  const { result, fixed } =
    flags.staged === true
      ? { result: await stagedFindings(cwd), fixed: 0 }
      : await lookAt(session, paths, flags)
  const format = await formats[flags.output]()
  stdout.write(format(result, { cwd, stdout, version, fixed }))
  if (result.findings.some(({ severity }) => severity === 'error')) session.exitCode = exitCodes.taskFailed
}

const pathsOfStaged: Diagnostic = {
  code: 'E_LINT_PATH',
  severity: 'error',
  message: '`--staged` looks at what is about to be committed, but paths were given as well',
  hint: 'leave one of them out',
}

async function stagedFindings(cwd: string): Promise<LintResult> {
  return (await import('../../operations/lint/lint-staged.ts')).lintStaged(cwd)
}

async function lookAt(
  session: Session,
  paths: readonly string[],
  flags: LintFlags,
): Promise<{ readonly result: LintResult; readonly fixed: number }> {
  const config = await configFor(session, paths, flags)
  const options = {
    ...(config === undefined ? {} : { project: { config, host: await session.host() } }),
    paths,
    cwd: session.cwd,
    signal: session.abort.signal,
  }
  const result = await lint(options)
  const fixed = flags.fix === true ? fixFindings(result) : 0
  return { result: fixed > 0 ? await lint(options) : result, fixed }
}

/** The project's configuration; paths can do without one, and then nothing of it is loaded. */
async function configFor(
  { cwd, env }: Session,
  paths: readonly string[],
  { file }: LintFlags,
): Promise<Config | undefined> {
  if (file === undefined && paths.length > 0 && !isInProject(cwd)) return undefined
  const { loadProject } = await import('../../operations/prepare/load-project.ts')
  const { config, diagnostics } = await loadProject({ cwd, env, ...(file === undefined ? {} : { file }) })
  if (config !== undefined) return config
  const hint = 'run this inside a project that has a kindling.yaml, or name Dockerfiles or directories'
  throw new InvalidInput(
    diagnostics.map((one) =>
      one.code === 'E_CONFIG_NOT_FOUND' && file === undefined ? { ...one, hint } : one,
    ),
  )
}

function isInProject(directory: string): boolean {
  if (existsSync(join(directory, 'kindling.yaml'))) return true
  return dirname(directory) !== directory && isInProject(dirname(directory))
}
