import type { Detector } from '../detector.ts'
import type { BuildFinding } from '../findings.ts'
import { repositoryOf } from '../names.ts'
import { baseName, directoryOf, pathFrom } from '../paths.ts'
import type { Repository } from '../repository.ts'
import { isScript, scriptLines } from '../scripts.ts'
import { type ShellLine, shellWords, variablesIn, withVariables } from '../shell-words.ts'

/** `docker build` and the like, also through a variable: `$(DOCKER) build`, `${CONTAINER_TOOL} buildx build`. */
const command =
  /(?:\b(?:docker|podman|nerdctl|buildah)|\$[({]?\w*(?:DOCKER|PODMAN|CONTAINER|ENGINE|RUNTIME|OCI|BUILDER)\w*[)}]?)\s+(?:(?:image|buildx)\s+)?(?:build|bud)\s+(.*)$/i

/** Flags that take no value; every other one does, in its own word or in the next. */
const switches = new Set([
  ...['--pull', '--no-cache', '--rm', '--force-rm', '--squash', '--load', '--push', '--quiet', '-q', '-D'],
  ...['--layers', '--compress', '--disable-content-trust', '--tls-verify', '--pull-always', '--debug'],
])

/** Builds in Makefiles, scripts, package.json and the files of CI. */
export const buildCommands: Detector = {
  name: 'build commands',
  isFor: isScript,
  detect: (path, text, repository) => {
    const lines = scriptLines(path, text)
    const variables = variablesIn(lines)
    return lines.flatMap((line) => {
      const rest = command.exec(line.text)?.[1]
      if (rest === undefined) return []
      const words = shellWords(rest).map((word) => withVariables(word, variables))
      return found(path, line, words, repository)
    })
  },
}

interface Flags {
  readonly context: string
  readonly file?: string
  readonly tag?: string
  readonly target?: string
  readonly args: readonly string[]
}

function flagsOf(words: readonly string[]): Flags | undefined {
  const values = new Map<string, string[]>()
  const operands: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (!word.startsWith('-') || word === '-') {
      operands.push(word)
      continue
    }
    const [flag = '', own] = word.startsWith('--')
      ? word.split(/=(.*)/s)
      : [word.slice(0, 2), word.slice(2) || undefined]
    if (switches.has(flag)) continue
    const value = own ?? words[++index] ?? ''
    values.set(flag, [...(values.get(flag) ?? []), value])
  }
  const last = (...names: string[]) => names.flatMap((name) => values.get(name) ?? []).at(-1)
  // A variable that stands for more flags comes before the context.
  const context = operands.at(-1)
  if (context === undefined || /^(?:-|https?:|git@)/.test(context)) return undefined
  const [file, tag, target] = [last('-f', '--file'), last('-t', '--tag'), last('--target')]
  return {
    context,
    ...(file === undefined ? {} : { file }),
    ...(tag === undefined ? {} : { tag }),
    ...(target === undefined ? {} : { target }),
    args: values.get('--build-arg') ?? [],
  }
}

function found(
  path: string,
  { line, text }: ShellLine,
  words: readonly string[],
  repository: Repository,
): BuildFinding[] {
  const flags = flagsOf(words)
  if (flags === undefined) return []
  // What a script calls its own directory is mostly how it gets to the root.
  const cleaned = (written: string) =>
    written.replace(/^\$\w+\//, '').replace(/^\$(?:ROOT|REPO|PWD|CURDIR)\w*$/i, '.')
  const into = /(?:^|[\s;&])cd\s+([^\s;&]+)\s*&&/.exec(text)?.[1]
  for (const base of into === undefined
    ? [directoryOf(path), '.']
    : [pathFrom(directoryOf(path), into), into]) {
    const places = base === undefined ? [] : placesOf(flags, base, cleaned, repository)
    if (places.length > 0) return places.map((place) => buildOf(path, line, flags, place))
  }
  return []
}

interface Place {
  readonly dockerfile: string
  readonly context: string
  /** What variables have to be for it. */
  readonly values: ReadonlyMap<string, string>
}

/** The Dockerfiles a command may mean: several, where a variable that nobody knows is part of the path. */
function placesOf(
  { file, context }: Flags,
  base: string,
  cleaned: (written: string) => string,
  { files, has }: Repository,
): Place[] {
  const at = pathFrom(base, cleaned(context))
  if (at === undefined) return []
  const written = file === undefined ? undefined : pathFrom(base, cleaned(file))
  const candidates =
    file === undefined ? [`${at}/Dockerfile`, `${at}/Containerfile`] : [written, pathFrom(at, file)]
  for (const candidate of candidates) {
    if (candidate === undefined) continue
    const path = candidate.replace(/^\.\//, '')
    if (!path.includes('$')) {
      if (has(path) && (at.includes('$') || has(at)))
        return [{ dockerfile: path, context: at, values: new Map() }]
      continue
    }
    const pattern = variablePattern(path)
    const places = files.flatMap((dockerfile) => {
      const match = pattern.exec(dockerfile)
      if (match === null) return []
      const values = new Map(Object.entries(match.groups ?? {}).map(([name, value]) => [nameOf(name), value]))
      const filled = withVariables(at, values)
      return has(filled) ? [{ dockerfile, context: filled, values }] : []
    })
    if (places.length > 0) return places
  }
  return []
}

/** For paths in which the variables stand for one name each. */
function variablePattern(path: string): RegExp {
  const seen = new Set<string>()
  const source = path.replaceAll(/\$(\w+|\*|@)|[\\^.|?*+()[\]{}]/g, (text, name?: string) => {
    if (name === undefined) return `\\${text}`
    const group = groupOf(name)
    if (seen.has(group)) return `\\k<${group}>`
    seen.add(group)
    return `(?<${group}>[^/]+)`
  })
  return new RegExp(`^${source}$`)
}

function groupOf(variable: string): string {
  return variable === '*' ? 'v_stem' : variable === '@' ? 'v_goal' : `v_${variable}`
}

function nameOf(group: string): string {
  return group === 'v_stem' ? '*' : group === 'v_goal' ? '@' : group.slice(2)
}

function buildOf(
  path: string,
  line: number,
  flags: Flags,
  { dockerfile, context, values }: Place,
): BuildFinding {
  const fill = (text: string) => withVariables(text, values)
  const args = flags.args.flatMap((arg) => {
    const [name = '', value] = fill(arg).split(/=(.*)/s)
    return /^\w+$/.test(name) ? [[name, value] as const] : []
  })
  const repository = flags.tag === undefined ? undefined : taggedRepository(fill(flags.tag))
  const target = flags.target === undefined ? undefined : fill(flags.target)
  return {
    ...{ kind: 'build', by: 'command', path, line, dockerfile, context, imageArgs: {} },
    ...(repository === undefined ? {} : { repository }),
    ...(target === undefined || target.includes('$') ? {} : { target }),
    args: Object.fromEntries(args.flatMap(([name, value]) => (isText(value) ? [[name, value]] : []))),
    unknown: args.filter(([, value]) => !isText(value)).map(([name]) => name),
  }
}

function isText(value: string | undefined): value is string {
  return value !== undefined && !/[$`]/.test(value)
}

/** Tag and registry are often variables, which say nothing of the repository. */
function taggedRepository(tag: string): string | undefined {
  const known = tag.replace(/^(?:\$\w+\/)+/, '').replace(/[:@](?=[^/]*$).*$/, '')
  return known.includes('$') || baseName(known) === '' ? undefined : repositoryOf(known)
}
