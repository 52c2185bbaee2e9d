import { findingsOf } from './detectors.ts'
import type { BuildFinding, DockerfileFinding, Finding } from './findings.ts'
import { lastPart, nameFrom } from './names.ts'
import { baseName, directoryOf, pathFrom } from './paths.ts'
import type { Repository } from './repository.ts'

/** An image that the repository can build. */
export interface BuiltCandidate {
  readonly name: string
  /** What it is built as; absent when nobody says. */
  readonly repository?: string
  /** Other repositories it is built as. */
  readonly aliases: readonly string[]
  readonly dockerfile: string
  readonly context: string
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
  /** By argument, the repository of another one. */
  readonly imageArgs: Readonly<Record<string, string>>
  /** Repositories and references of images it starts from. */
  readonly bases: readonly string[]
  readonly ports: readonly number[]
  /** Whether somebody builds it, so that it is no stray Dockerfile. */
  readonly isBuilt: boolean
  /** What was guessed about it. */
  readonly comments: readonly string[]
  /** What compose files call it. */
  readonly composeNames: readonly string[]
}

const byTrust = ['skaffold', 'compose', 'command'] as const

/** Every image that somebody builds, and every Dockerfile that nobody builds. */
export function builtCandidates(
  findings: readonly Finding[],
  project: string,
  repository: Repository,
): readonly BuiltCandidate[] {
  const dockerfiles = new Map(findingsOf(findings, 'dockerfile').map((file) => [file.path, file]))
  const builds = findingsOf(findings, 'build').toSorted(
    (a, b) => byTrust.indexOf(a.by) - byTrust.indexOf(b.by),
  )
  const merged: { readonly first: BuildFinding; readonly all: BuildFinding[] }[] = []
  for (const build of builds) {
    const known = merged.find(
      ({ first, all }) => all.some((other) => isSame(build, other)) || isSame(build, first),
    )
    if (known === undefined) merged.push({ first: build, all: [build] })
    else known.all.push(build)
  }
  const built = merged.map(({ first, all }) =>
    candidateOf(first, all, dockerfiles.get(first.dockerfile), project),
  )
  const known = new Set(builds.map(({ dockerfile }) => dockerfile))
  const strays = [...dockerfiles.values()]
    .filter(({ path }) => !known.has(path))
    .map((file) => strayCandidate(file, project, repository))
  return [...built, ...strays]
}

/** Whether two commands build the same image: one Dockerfile, and nothing that would tell the results apart. */
function isSame(a: BuildFinding, b: BuildFinding): boolean {
  if (a.repository !== undefined && a.repository === b.repository) return true
  if (a.dockerfile !== b.dockerfile || a.target !== b.target) return false
  const isNamedOnce = a.repository === undefined || b.repository === undefined
  return isNamedOnce || JSON.stringify(a.args) === JSON.stringify(b.args)
}

function candidateOf(
  first: BuildFinding,
  all: readonly BuildFinding[],
  file: DockerfileFinding | undefined,
  project: string,
): BuiltCandidate {
  const [repository, ...aliases] = new Set(all.flatMap((build) => build.repository ?? []))
  const composeNames = all.flatMap(({ name }) => name ?? [])
  const args = { ...first.args, ...first.imageArgs }
  const missing = (file?.requiredArgs ?? []).filter((name) => args[name] === undefined)
  const place = first.line === undefined ? first.path : `${first.path}:${first.line}`
  const unknown = first.unknown.filter((name) => !missing.includes(name))
  return {
    name:
      repository === undefined
        ? (composeNames[0] ?? nameOf(first.dockerfile, project))
        : lastPart(repository),
    ...(repository === undefined ? {} : { repository }),
    ...{ aliases, composeNames, dockerfile: first.dockerfile, context: first.context },
    ...(first.target === undefined ? {} : { target: first.target }),
    args: first.args,
    imageArgs: first.imageArgs,
    ...{ bases: file?.bases ?? [], ports: file?.ports ?? [], isBuilt: true },
    comments: [
      ...(first.by === 'command' ? [`as ${place} builds it`] : []),
      ...(unknown.length === 0
        ? []
        : [`${place} also gives ${unknown.join(', ')}, which only its run knows`]),
      ...missing.map(
        (name) => `${name} has no default, and nobody here says what it is: fill it in under \`args\``,
      ),
    ],
  }
}

function strayCandidate(
  { path, bases, ports, copies, requiredArgs }: DockerfileFinding,
  project: string,
  repository: Repository,
): BuiltCandidate {
  const { context, isSure } = guessContext(path, copies, repository)
  return {
    ...{ name: nameOf(path, project), aliases: [], composeNames: [], dockerfile: path, context, args: {} },
    ...{ imageArgs: {}, bases, ports, isBuilt: false },
    comments: [
      ...(isSure ? [] : [`guess: the context, since nothing says where ${path} is built`]),
      ...requiredArgs.map(
        (name) => `${name} has no default, and nobody here says what it is: fill it in under \`args\``,
      ),
    ],
  }
}

/** The directory that has most of what is copied, the nearest of several; the Dockerfile's own when that says nothing. */
function guessContext(
  dockerfile: string,
  copies: readonly string[],
  { has, files }: Repository,
): { readonly context: string; readonly isSure: boolean } {
  const named = copies.filter((source) => !/^\.?\/?$/.test(source))
  const isThere = (directory: string, source: string) => {
    const path = pathFrom(directory, source.replace(/^\//, ''))
    if (path === undefined) return false
    const fixed = path.split('/').findIndex((part) => /[*?[]/.test(part))
    if (fixed < 0) return has(path)
    const parent = path.split('/').slice(0, fixed).join('/')
    return parent === '' ? files.length > 0 : has(parent)
  }
  const candidates = ancestorsOf(directoryOf(dockerfile)).map((directory) => ({
    directory,
    copied: named.filter((source) => isThere(directory, source)).length,
  }))
  const [best] = candidates.toSorted((a, b) => b.copied - a.copied)
  // Only in the root there is no other choice.
  const isSure = (named.length > 0 && best?.copied === named.length) || candidates.length === 1
  return { context: best?.directory ?? '.', isSure }
}

function ancestorsOf(directory: string): string[] {
  return directory === '.' ? ['.'] : [directory, ...ancestorsOf(directoryOf(directory))]
}

const places = /^(?:\.|build|builds|containers?|deploy|docker|dockerfiles?|images?|package|packaging|src)$/i

/** What the path of a Dockerfile calls its image: `web` of `web/Dockerfile`, `docker/web.Dockerfile`, `Dockerfile.web`. */
function nameOf(path: string, project: string): string {
  const own = baseName(path)
    .replace(/(?:^|[.-])(?:dockerfile|containerfile)(?:[.-]|$)/i, '')
    .replace(/^\.|\.$/g, '')
  const directory = directoryOf(path)
    .split('/')
    .reverse()
    .find((part) => !places.test(part))
  return nameFrom(own === '' ? (directory ?? project) : own)
}
