import type { Config } from '../../config/config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Finding } from '../../lint/finding.ts'
import type { LintDockerfileOptions } from '../../lint/lint-dockerfile.ts'
import { lintProject } from '../../lint/lint-project.ts'
import type { ProjectFacts } from '../../lint/project/project-rule.ts'
import { applySettings } from '../../lint/settings.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Host } from '../host.ts'
import { InvalidInput } from '../operation-error.ts'
import { plan } from '../prepare/prepare.ts'
import { BuildCosts } from './build-costs.ts'
import { buildsOf, builtImages, isBuiltBy } from './dockerfile-builds.ts'
import { isKindConfig, kindConfigOf } from './kind-configs.ts'
import { type ReadProject, readProject } from './project-facts.ts'
import type { Texts } from './texts.ts'

/** What a project adds to the look at its Dockerfiles. */
export interface ProjectLint {
  /** Those of its images. */
  readonly dockerfiles: readonly string[]
  /** How it builds a Dockerfile, and what that took. */
  readonly optionsFor: (file: string) => LintDockerfileOptions
  /** What is found in all other files. */
  readonly findingsOutside: (dockerfiles: readonly string[]) => readonly Finding[]
  /** Findings after what the configuration says about them, with what they cost. */
  readonly settle: (findings: readonly Finding[], isWhole: boolean) => Promise<readonly Finding[]>
}

/**
 * Reads what the rules of a project look at: all of it, or only what is needed for these YAML files, which may belong to no
 * project at all; none of it where there are no such files among those that are looked at.
 */
export async function openProjectLint(
  project: { readonly config: Config; readonly host: Host } | undefined,
  texts: Texts,
  yamls: readonly string[] | undefined,
  options: { readonly signal?: AbortSignal },
): Promise<ProjectLint> {
  const isRead = yamls === undefined || yamls.length > 0
  const { facts, diagnostics } = withKindConfigs(
    isRead && project !== undefined
      ? await readProject(project.config, project.host, (file) => texts.find(file), options)
      : nothing,
    yamls ?? [],
    texts,
  )
  if (isRead) readTexts(facts, texts)
  const { config } = project ?? {}
  const costs = project === undefined ? undefined : await costsOf(project)
  const isWanted = (file: string | undefined) =>
    yamls === undefined || (file !== undefined && yamls.includes(file))
  const contextBytes = (directory: string) =>
    facts.contexts.find((context) => context.directory === directory)?.bytes
  return {
    dockerfiles:
      config === undefined ? [] : [...new Set(builtImages(config).map(({ dockerfile }) => dockerfile))],
    optionsFor: (file) => {
      const builds = config === undefined ? [] : buildsOf(file, config, costs, contextBytes)
      return { isBuiltHere: isBuiltBy(config), ...(builds.length === 0 ? {} : { builds }) }
    },
    findingsOutside: (dockerfiles) =>
      isRead
        ? [...lintProject(facts, texts.without(dockerfiles)), ...diagnostics.map(asFinding)].filter(
            ({ location }) => isWanted(location?.file),
          )
        : [],
    settle: async (findings, isWhole) => {
      const settled = config === undefined ? findings : applySettings(findings, config.lint, isWhole)
      return costs === undefined ? settled : costs.withSavings(settled)
    },
  }
}

const nothing: ReadProject = {
  facts: { contexts: [], kindConfigs: [], objects: [], imageProblems: [] },
  diagnostics: [],
}

/** The files that findings may be in, for their excerpts and waivers. */
function readTexts({ config, objects }: ProjectFacts, texts: Texts): void {
  if (config !== undefined) texts.find(config.file)
  for (const { locate } of objects) texts.find(locate([]).file)
}

/** With those Kind configurations that no environment names. */
function withKindConfigs(
  { facts, diagnostics }: ReadProject,
  yamls: readonly string[],
  texts: Texts,
): ReadProject {
  const known = new Set(facts.kindConfigs.map(({ file }) => file))
  const others = yamls.flatMap((file) => {
    const text = known.has(file) ? undefined : texts.find(file)
    return text !== undefined && isKindConfig(text) ? [kindConfigOf(file, text, [])] : []
  })
  const problems = others.flatMap((one) => one.diagnostics.filter(({ severity }) => severity === 'error'))
  return {
    facts: { ...facts, kindConfigs: [...facts.kindConfigs, ...others] },
    diagnostics: [...diagnostics, ...problems],
  }
}

/** Where nothing is known of what builds take, nothing is known of what they decide either. */
async function costsOf({
  config,
  host,
}: {
  readonly config: Config
  readonly host: Host
}): Promise<BuildCosts> {
  const costs = new BuildCosts(config, host.history)
  if (!builtImages(config).some(({ name }) => costs.knows(name))) return costs
  const plans = new Map<string, Plan>()
  for (const [name, environment] of config.environments) {
    try {
      plans.set(name, await plan(config, environment, 'pipelined', host))
    } catch (error) {
      // What is wrong with it is told by those who read the project.
      if (!(error instanceof InvalidInput)) throw error
    }
  }
  costs.setPlans(plans)
  return costs
}

/** What others have found wrong with the files of the project. */
function asFinding(diagnostic: Diagnostic): Finding {
  return { ...diagnostic, why: 'an environment cannot be brought up like this' }
}
