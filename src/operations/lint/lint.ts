import { basename, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Finding } from '../../lint/finding.ts'
import { byPosition, lintDockerfile } from '../../lint/lint-dockerfile.ts'
import type { Host } from '../host.ts'
import { InvalidInput } from '../operation-error.ts'
import { findDockerfiles } from './find-dockerfiles.ts'
import type { ProjectLint } from './project-lint.ts'
import { Texts } from './texts.ts'

export interface LintOptions {
  /** Absent where there is none, and then only paths can be looked at. */
  readonly project?: { readonly config: Config; readonly host: Host }
  /** Files, and directories whose Dockerfiles are meant; absolute or relative to `cwd`. None means the whole project. */
  readonly paths: readonly string[]
  readonly cwd: string
  readonly signal?: AbortSignal
}

export interface LintResult {
  /** By file and place. */
  readonly findings: readonly Finding[]
  /** What was looked at: absolute paths with their texts. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Looks for what makes builds slow and environments fail: in Dockerfiles, and in what the project says about them.
 * Throws `InvalidInput` for a path that is not there.
 */
export async function lint(options: LintOptions): Promise<LintResult> {
  const { paths, cwd } = options
  const texts = new Texts()
  const wanted = paths.length === 0 ? undefined : filesAt(paths, cwd)
  const yamls = wanted?.filter(isYaml)
  const project = await projectOf(options, texts, yamls)
  const dockerfiles = wanted?.filter((file) => !isYaml(file)) ?? project?.dockerfiles ?? []
  for (const file of [...dockerfiles, ...(yamls ?? [])]) needed(file, texts)
  const found = dockerfiles.flatMap((file) =>
    lintDockerfile(needed(file, texts), { file, ...project?.optionsFor(file) }),
  )
  const all = [...found, ...(project?.findingsOutside(dockerfiles) ?? [])]
  const settled = (await project?.settle(all, wanted === undefined)) ?? all
  return { findings: settled.toSorted(byPosition), texts: texts.read }
}

/** Single Dockerfiles that belong to no project need nothing of what is loaded here, and take a fraction of the time. */
async function projectOf(
  { project, signal }: LintOptions,
  texts: Texts,
  yamls: readonly string[] | undefined,
): Promise<ProjectLint | undefined> {
  if (project === undefined && (yamls ?? []).length === 0) return undefined
  const { openProjectLint } = await import('./project-lint.ts')
  return openProjectLint(project, texts, yamls, signal === undefined ? {} : { signal })
}

function isYaml(file: string): boolean {
  return /\.(?:ya?ml|json)$/.test(file)
}

function needed(file: string, texts: Texts): string {
  const text = texts.find(file)
  if (text !== undefined) return text
  throw new InvalidInput([missing(`cannot read ${basename(file)}`, file)])
}

function filesAt(paths: readonly string[], cwd: string): readonly string[] {
  const files: string[] = []
  const problems: Diagnostic[] = []
  for (const path of paths) {
    const found = findDockerfiles(resolve(cwd, path))
    if (found.kind === 'file') files.push(found.file)
    else if (found.kind === 'directory') files.push(...found.files)
    else problems.push(missing(`there is no file or directory \`${path}\``, resolve(cwd, path)))
  }
  if (problems.length > 0) throw new InvalidInput(problems)
  return [...new Set(files)]
}

function missing(message: string, path: string): Diagnostic {
  const hint = `looked for ${path}; name Dockerfiles, or directories to look for them in`
  return { code: 'E_LINT_PATH', severity: 'error', message, hint }
}
