import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { gitPlaces, indexTexts, stagedPaths } from '../../drivers/git-index.ts'
import { CommandError } from '../../exec/command-error.ts'
import { LocalExec } from '../../exec/local-exec.ts'
import type { Finding } from '../../lint/finding.ts'
import { byPosition, lintDockerfile } from '../../lint/lint-dockerfile.ts'
import { isDockerfileName } from './find-dockerfiles.ts'
import { notARepository } from './hooks.ts'
import type { LintResult } from './lint.ts'

const configName = 'kindling.yaml'

/**
 * What is found in the Dockerfiles and configurations that are about to be committed, as they are in git's index and not as
 * they lie in the working tree. Costs are left out, and so are manifests: a commit should not wait. Throws
 * `OperationError` outside of a repository.
 */
export async function lintStaged(cwd: string): Promise<LintResult> {
  const exec = new LocalExec()
  const { top } = await gitPlaces(exec, cwd).catch((error: unknown) => {
    if (error instanceof CommandError) throw notARepository(cwd, error)
    throw error
  })
  const staged = (await stagedPaths(exec, top)).filter(isLookedAt)
  if (staged.length === 0) return { findings: [], texts: new Map() }
  const byName = await indexTexts(exec, top, [...new Set([...staged, configName])])
  const texts = new Map([...byName].map(([name, text]) => [join(top, name), text]))
  const looked = new Map(staged.flatMap((name) => textOf(join(top, name), texts)))
  const isAlone = !texts.has(join(top, configName)) && ![...looked.keys()].some(isYaml)
  const project = isAlone ? undefined : await stagedProject(join(top, configName), texts, looked)
  const found = [...looked]
    .filter(([file]) => !isYaml(file))
    .flatMap(([file, text]) => lintDockerfile(text, { file, ...project?.optionsFor(file) }))
  const all = [...found, ...(project?.findings ?? [])].filter(({ location }) =>
    looked.has(location?.file ?? ''),
  )
  const settled = project?.settle(all) ?? all
  return { findings: settled.toSorted(byPosition), texts: looked }
}

function isLookedAt(path: string): boolean {
  return isDockerfileName(basename(path)) || isYaml(path)
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path)
}

function textOf(file: string, texts: ReadonlyMap<string, string>): (readonly [string, string])[] {
  const text = texts.get(file)
  return text === undefined ? [] : [[file, text]]
}

interface StagedProject {
  readonly optionsFor: (file: string) => Parameters<typeof lintDockerfile>[1]
  readonly findings: readonly Finding[]
  readonly settle: (findings: readonly Finding[]) => readonly Finding[]
}

/** What the configuration in the index says. That of the working tree may be another one. */
async function stagedProject(
  file: string,
  texts: ReadonlyMap<string, string>,
  looked: ReadonlyMap<string, string>,
): Promise<StagedProject> {
  const [
    { parseConfig },
    { lintProject },
    { applySettings },
    { buildsOf, isBuiltBy },
    { isKindConfig, kindConfigOf },
  ] = await Promise.all([
    import('../../config/parse.ts'),
    import('../../lint/lint-project.ts'),
    import('../../lint/settings.ts'),
    import('./dockerfile-builds.ts'),
    import('./kind-configs.ts'),
  ])
  const text = texts.get(file)
  const { config, diagnostics } =
    text === undefined
      ? { diagnostics: [] }
      : parseConfig(file, text, {
          exists: (path) => existsSync(path) || texts.has(path),
          // Whether a variable is set is for the run to know.
          env: new Proxy({}, { get: () => '', has: () => true }),
        })
  const kindConfigs = [...looked]
    .filter(([, of]) => isKindConfig(of))
    .map(([path, of]) => kindConfigOf(path, of, usersOf(path, config)))
  const facts = {
    ...(config === undefined ? {} : { config }),
    contexts: [],
    kindConfigs,
    objects: [],
    imageProblems: [],
  }
  const yamls = new Map([...looked].filter(([path]) => isYaml(path)))
  const problems = [...diagnostics, ...kindConfigs.flatMap((one) => one.diagnostics)].filter(
    ({ severity }) => severity === 'error',
  )
  return {
    optionsFor: (path) => {
      const builds = config === undefined ? [] : buildsOf(path, config)
      return { isBuiltHere: isBuiltBy(config), ...(builds.length === 0 ? {} : { builds }) }
    },
    findings: [
      ...lintProject(facts, yamls).filter(({ code, message }) => !isUnjudged(code, message)),
      ...problems.map((one) => ({ ...one, why: 'an environment cannot be brought up like this' })),
    ],
    settle: (findings) => (config === undefined ? findings : applySettings(findings, config.lint, false)),
  }
}

/** A waiver in a file of which not everything is looked at may well waive something. */
function isUnjudged(code: string, message: string): boolean {
  return code === 'waiver' && message.endsWith('waives nothing')
}

function usersOf(file: string, config: Config | undefined): string[] {
  return [...(config?.environments.values() ?? [])]
    .filter(({ cluster }) => cluster.configFile === file)
    .map(({ name }) => name)
}
