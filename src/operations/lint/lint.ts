import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Finding } from '../../lint/finding.ts'
import { byPosition, lintDockerfile } from '../../lint/lint-dockerfile.ts'
import { lintProject } from '../../lint/lint-project.ts'
import type { ProjectFacts } from '../../lint/project/project-rule.ts'
import { applySettings } from '../../lint/settings.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Host } from '../host.ts'
import { InvalidInput } from '../operation-error.ts'
import { plan } from '../prepare.ts'
import { BuildCosts } from './build-costs.ts'
import { buildsOf, builtImages, isBuiltBy } from './dockerfile-builds.ts'
import { findDockerfiles } from './find-dockerfiles.ts'
import { kindConfigOf, readProject } from './project-facts.ts'

export interface LintOptions {
  /** The project; absent where there is none, and then only paths can be looked at. */
  readonly config?: Config
  /** Files, and directories whose Dockerfiles are meant; absolute or relative to `cwd`. None means the whole project. */
  readonly paths: readonly string[]
  readonly cwd: string
  readonly host: Host
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
  const { config, paths, host } = options
  const texts = new Texts()
  const wanted = paths.length === 0 ? undefined : filesAt(paths, options.cwd)
  const isYaml = (file: string) => /\.(?:ya?ml|json)$/.test(file)
  const dockerfiles =
    wanted?.filter((file) => !isYaml(file)) ??
    (config === undefined ? [] : [...new Set(builtImages(config).map(({ dockerfile }) => dockerfile))])
  const yamls = wanted?.filter(isYaml)
  for (const file of [...dockerfiles, ...(yamls ?? [])]) texts.need(file)
  const costs = config === undefined ? undefined : new BuildCosts(config, host.history)
  const isProject = wanted === undefined || (yamls ?? []).length > 0
  const project = isProject ? await projectOf(options, texts, yamls) : undefined
  if (config !== undefined && costs !== undefined) costs.setPlans(await plansOf(config, costs, host))
  const isBuiltHere = isBuiltBy(config)
  const contextBytes = (directory: string) =>
    project?.facts.contexts.find((context) => context.directory === directory)?.bytes
  const found = dockerfiles.flatMap((file) => {
    const builds =
      config === undefined || costs === undefined ? [] : buildsOf(file, config, costs, contextBytes)
    return lintDockerfile(texts.need(file), {
      file,
      isBuiltHere,
      ...(builds.length === 0 ? {} : { builds }),
    })
  })
  const ofProject =
    project === undefined
      ? []
      : [...lintProject(project.facts, texts.others(dockerfiles)), ...project.diagnostics.map(asFinding)]
  const all = [...found, ...ofProject.filter(({ location }) => isWanted(location?.file, yamls))]
  const settled = config === undefined ? all : applySettings(all, config.lint, wanted === undefined)
  const priced = costs === undefined ? settled : await costs.withSavings(settled)
  return { findings: priced.toSorted(byPosition), texts: texts.read }
}

function isWanted(file: string | undefined, yamls: readonly string[] | undefined): boolean {
  return yamls === undefined || (file !== undefined && yamls.includes(file))
}

interface ProjectRead {
  readonly facts: ProjectFacts
  readonly diagnostics: readonly Diagnostic[]
}

async function projectOf(
  { config, host, signal }: LintOptions,
  texts: Texts,
  yamls: readonly string[] = [],
): Promise<ProjectRead> {
  const read: ProjectRead =
    config === undefined
      ? { facts: { contexts: [], kindConfigs: [], objects: [], imageProblems: [] }, diagnostics: [] }
      : await readProject(config, host, (file) => texts.find(file), signal === undefined ? {} : { signal })
  if (config !== undefined) texts.find(config.file)
  for (const { locate } of read.facts.objects) texts.find(locate([]).file)
  const known = new Set(read.facts.kindConfigs.map(({ file }) => file))
  const others = yamls
    .filter((file) => !known.has(file))
    .flatMap((file) => {
      const text = texts.need(file)
      return isKindConfig(text) ? [kindConfigOf(file, text, [])] : []
    })
  const kindConfigs = [...read.facts.kindConfigs, ...others]
  const diagnostics = others.flatMap((one) => one.diagnostics.filter(({ severity }) => severity === 'error'))
  return { facts: { ...read.facts, kindConfigs }, diagnostics: [...read.diagnostics, ...diagnostics] }
}

function isKindConfig(text: string): boolean {
  return /^apiVersion:\s*["']?kind\.x-k8s\.io\//m.test(text)
}

/** Where nothing is known of what builds take, nothing is known of what they decide either. */
async function plansOf(config: Config, costs: BuildCosts, host: Host): Promise<ReadonlyMap<string, Plan>> {
  const plans = new Map<string, Plan>()
  if (!builtImages(config).some(({ name }) => costs.knows(name))) return plans
  for (const [name, environment] of config.environments) {
    try {
      plans.set(name, await plan(config, environment, 'pipelined', host))
    } catch (error) {
      // What is wrong with it is told by those who read the project.
      if (!(error instanceof InvalidInput)) throw error
    }
  }
  return plans
}

/** What others have found wrong with the files of the project. */
function asFinding(diagnostic: Diagnostic): Finding {
  return { ...diagnostic, why: 'an environment cannot be brought up like this' }
}

function filesAt(paths: readonly string[], cwd: string): readonly string[] {
  const files: string[] = []
  const problems: Diagnostic[] = []
  for (const path of paths) {
    const found = findDockerfiles(resolve(cwd, path))
    if (found.kind === 'file') files.push(found.file)
    else if (found.kind === 'directory') files.push(...found.files)
    else {
      problems.push({
        code: 'E_LINT_PATH',
        severity: 'error',
        message: `there is no file or directory \`${path}\``,
        hint: `looked for ${resolve(cwd, path)}; name Dockerfiles, or directories to look for them in`,
      })
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems)
  return [...new Set(files)]
}

/** The texts of files, each read once. */
class Texts {
  readonly read: Map<string, string> = new Map()

  /** Throws `InvalidInput` if it cannot be read. */
  need(file: string): string {
    const text = this.find(file)
    if (text !== undefined) return text
    throw new InvalidInput([
      {
        code: 'E_LINT_PATH',
        severity: 'error',
        message: `cannot read ${basename(file)}`,
        hint: `looked for ${file}; name Dockerfiles, or directories to look for them in`,
      },
    ])
  }

  find(file: string): string | undefined {
    const known = this.read.get(file)
    if (known !== undefined) return known
    try {
      const text = readFileSync(file, 'utf8')
      this.read.set(file, text)
      return text
    } catch {
      return undefined
    }
  }

  others(files: readonly string[]): ReadonlyMap<string, string> {
    return new Map([...this.read].filter(([file]) => !files.includes(file)))
  }
}
