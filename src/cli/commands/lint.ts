import type { Config } from '../../config/config.ts'
import { fixFindings } from '../../operations/lint/fix.ts'
import { lint } from '../../operations/lint/lint.ts'
import { loadProject } from '../../operations/load-project.ts'
import { exitCodes, InvalidInput } from '../../operations/operation-error.ts'
import { githubOutput } from '../lint-output/github.ts'
import { jsonOutput } from '../lint-output/json.ts'
import type { LintFormat, LintFormatName } from '../lint-output/lint-output.ts'
import { sarifOutput } from '../lint-output/sarif.ts'
import { textOutput } from '../lint-output/text.ts'
import type { Session } from '../session.ts'

export interface LintFlags {
  readonly file?: string
  readonly fix?: boolean
  readonly output: LintFormatName
}

const formats: Readonly<Record<LintFormatName, LintFormat>> = {
  text: textOutput,
  json: jsonOutput,
  sarif: sarifOutput,
  github: githubOutput,
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
    ...(config === undefined ? {} : { config }),
    paths,
    cwd,
    host: await session.host(),
    signal: session.abort.signal,
  }
  let result = await lint(options)
  let fixed = 0
  if (flags.fix === true) {
    fixed = fixFindings(result)
    if (fixed > 0) result = await lint(options)
  }
  stdout.write(formats[flags.output](result, { cwd, stdout, version, fixed }))
  if (result.findings.some(({ severity }) => severity === 'error')) session.exitCode = exitCodes.taskFailed
}

/** The project's configuration; paths can do without one. */
async function configFor(
  { cwd, env }: Session,
  paths: readonly string[],
  { file }: LintFlags,
): Promise<Config | undefined> {
  const { config, diagnostics } = await loadProject({ cwd, env, ...(file === undefined ? {} : { file }) })
  if (config !== undefined) return config
  const isThere = diagnostics.some(({ code }) => code !== 'E_CONFIG_NOT_FOUND')
  if (file === undefined && !isThere && paths.length > 0) return undefined
  const hint = 'run this inside a project that has a kindling.yaml, or name Dockerfiles or directories'
  throw new InvalidInput(
    diagnostics.map((one) =>
      one.code === 'E_CONFIG_NOT_FOUND' && file === undefined ? { ...one, hint } : one,
    ),
  )
}
