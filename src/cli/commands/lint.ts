import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { fixFindings } from '../../operations/lint/fix.ts'
import { lint } from '../../operations/lint/lint.ts'
import { exitCodes, InvalidInput } from '../../operations/operation-error.ts'
import type { LintFormat, LintFormatName } from '../lint-output/lint-output.ts'
import type { Session } from '../session.ts'

export interface LintFlags {
  readonly file?: string
  readonly fix?: boolean
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
  const config = await configFor(session, paths, flags)
  const options = {
    ...(config === undefined ? {} : { project: { config, host: await session.host() } }),
    paths,
    cwd,
    signal: session.abort.signal,
  }
  let result = await lint(options)
  let fixed = 0
  if (flags.fix === true) {
    fixed = fixFindings(result)
    if (fixed > 0) result = await lint(options)
  }
  const format = await formats[flags.output]()
  stdout.write(format(result, { cwd, stdout, version, fixed }))
  if (result.findings.some(({ severity }) => severity === 'error')) session.exitCode = exitCodes.taskFailed
}

/** The project's configuration; paths can do without one, and then nothing of it is loaded. */
async function configFor(
  { cwd, env }: Session,
  paths: readonly string[],
  { file }: LintFlags,
): Promise<Config | undefined> {
  if (file === undefined && paths.length > 0 && !isInProject(cwd)) return undefined
  const { loadProject } = await import('../../operations/load-project.ts')
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
