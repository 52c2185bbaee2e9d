import { isMapping } from '../../util/is-mapping.ts'
import type { ComposeService } from '../compose-service.ts'
import { pairsAt, publishedPort, variablesOf } from '../compose-words.ts'
import type { Detector } from '../detector.ts'
import type { BuildFinding, Finding } from '../findings.ts'
import { repositoryOf } from '../names.ts'
import { baseName, directoryOf, pathFrom } from '../paths.ts'
import type { Repository } from '../repository.ts'
import { shellWords, withVariables } from '../shell-words.ts'
import { listAt, mappingsIn, textAt, textsAt, valueAt } from '../yaml-values.ts'

/** Compose files: what they build, and the services they start. */
export const compose: Detector = {
  name: 'compose files',
  isFor: (path) => /^(?:(?:docker|podman)-)?compose(?:[.-][\w-]+)*\.ya?ml$/.test(baseName(path)),
  detect: (path, text, repository) => {
    const [file] = mappingsIn(text)
    const services = valueAt(file, 'services')
    if (!isMapping(services)) return []
    const name = textAt(file, 'name')
    const reader = new ComposeReader(path, services, repository)
    const read = Object.entries(services).flatMap(([key, service]) => reader.read(key, service))
    return [
      ...reader.builds,
      { kind: 'compose', path, ...(name === undefined ? {} : { name }), services: read, notes: reader.notes },
    ] satisfies Finding[]
  },
}

/** Reads the services of one file, and gathers what it builds and what has no place in manifests. */
class ComposeReader {
  readonly builds: BuildFinding[] = []
  readonly notes: string[] = []
  readonly #path: string
  readonly #directory: string
  readonly #repository: Repository
  readonly #variables: ReadonlyMap<string, string>
  /** Directories that images are built from: what is mounted from there is code. */
  readonly #contexts: readonly string[]
  /** Services whose end others wait for. */
  readonly #jobs: ReadonlySet<string>

  constructor(path: string, services: Record<string, unknown>, repository: Repository) {
    this.#path = path
    this.#directory = directoryOf(path)
    this.#repository = repository
    const settings = pathFrom(this.#directory, '.env')
    // Only one that is part of the repository: another may have secrets in it.
    const known = settings !== undefined && repository.has(settings) ? repository.read(settings) : undefined
    this.#variables = new Map(Object.entries(variablesOf(known ?? '')))
    this.#contexts = Object.values(services).flatMap((service) => {
      const build = valueAt(service, 'build')
      const written = typeof build === 'string' ? build : textAt(build, 'context')
      return build === undefined ? [] : (pathFrom(this.#directory, written ?? '.') ?? [])
    })
    this.#jobs = new Set(
      Object.values(services).flatMap((service) => {
        const needs = valueAt(service, 'depends_on')
        return isMapping(needs)
          ? Object.keys(needs).filter(
              (name) => textAt(needs, name, 'condition') === 'service_completed_successfully',
            )
          : []
      }),
    )
  }

  read(name: string, service: unknown): ComposeService[] {
    if (listAt(service, 'profiles').length > 0) {
      this.notes.push(`${this.#path}: ${name} belongs to a profile, so it is not started by default`)
      return []
    }
    const image = this.#text(textAt(service, 'image'))
    const isBuilt = this.#readBuild(name, service, image)
    if (image === undefined && !isBuilt) {
      this.notes.push(`${this.#path}: ${name} has neither an image nor a Dockerfile that is there`)
      return []
    }
    const needs = valueAt(service, 'depends_on')
    const [entrypoint, command] = [this.#command(service, 'entrypoint'), this.#command(service, 'command')]
    const healthcheck = this.#healthcheck(service)
    const [workingDirectory, user] = [textAt(service, 'working_dir'), textAt(service, 'user')]
    return [
      {
        ...{ name, isBuilt },
        ...(image === undefined ? {} : { image }),
        ...(entrypoint === undefined ? {} : { entrypoint }),
        ...(command === undefined ? {} : { command }),
        env: this.#env(name, service),
        ports: [
          ...listAt(service, 'ports').flatMap((port) => publishedPort(port, this.#text)),
          ...listAt(service, 'expose').flatMap((port) => {
            const number = Number(String(port).replace(/\/tcp$/, ''))
            return number > 0 ? [{ port: number, isPublished: false }] : []
          }),
        ],
        needs: isMapping(needs) ? Object.keys(needs) : textsAt(service, 'depends_on'),
        ...(healthcheck === undefined ? {} : { healthcheck }),
        ...this.#mounts(name, service),
        isJob: this.#jobs.has(name),
        ...(workingDirectory === undefined ? {} : { workingDirectory }),
        ...(user === undefined ? {} : { user }),
      },
    ]
  }

  #readBuild(name: string, service: unknown, image: string | undefined): boolean {
    const build = valueAt(service, 'build')
    if (build === undefined) return false
    const written = typeof build === 'string' ? build : (textAt(build, 'context') ?? '.')
    const context = pathFrom(this.#directory, this.#text(written) ?? written)
    const file = textAt(build, 'dockerfile')
    const dockerfile =
      context === undefined
        ? undefined
        : (file === undefined ? ['Dockerfile', 'Containerfile'] : [file])
            .map((each) => pathFrom(context, each))
            .find((each) => each !== undefined && this.#repository.has(each))
    if (context === undefined || dockerfile === undefined) return false
    const args = Object.entries(pairsAt(build, 'args')).map(
      ([key, value]) => [key, value === undefined ? undefined : this.#text(value)] as const,
    )
    const isKnown = (value: string | undefined): value is string =>
      value !== undefined && !value.includes('$')
    const target = textAt(build, 'target')
    const repository = image === undefined ? undefined : repositoryOf(image)
    this.builds.push({
      ...{ kind: 'build', by: 'compose', path: this.#path, name, dockerfile, context, imageArgs: {} },
      ...(repository === undefined ? {} : { repository }),
      ...(target === undefined ? {} : { target }),
      args: Object.fromEntries(args.flatMap(([key, value]) => (isKnown(value) ? [[key, value]] : []))),
      unknown: args.filter(([, value]) => !isKnown(value)).map(([key]) => key),
    })
    return true
  }

  #env(name: string, service: unknown): Record<string, string> {
    const files = valueAt(service, 'env_file')
    const listed = typeof files === 'string' ? [files] : listAt(service, 'env_file')
    const fromFiles = listed.flatMap((file) => {
      const written = typeof file === 'string' ? file : textAt(file, 'path')
      const path = written === undefined ? undefined : pathFrom(this.#directory, written)
      const text = path !== undefined && this.#repository.has(path) ? this.#repository.read(path) : undefined
      if (text === undefined) {
        this.notes.push(
          `${this.#path}: ${name} has variables from ${written}, which is not in the repository`,
        )
      }
      return Object.entries(variablesOf(text ?? ''))
    })
    const unset: string[] = []
    const own = Object.entries(pairsAt(service, 'environment')).flatMap(([key, written]) => {
      const filled = written === undefined ? undefined : this.#filled(written)
      if (filled === undefined || filled.isUnset) unset.push(key)
      return filled === undefined ? [] : [[key, filled.text] as const]
    })
    if (unset.length > 0) {
      this.notes.push(`${this.#path}: ${name} has ${unset.join(', ')} from the machine it is started on`)
    }
    return Object.fromEntries([...fromFiles, ...own])
  }

  #mounts(name: string, service: unknown): Pick<ComposeService, 'files' | 'volumes'> {
    const files: ComposeService['files'][number][] = []
    const volumes: string[] = []
    for (const mount of listAt(service, 'volumes')) {
      const [first = '', second] = typeof mount === 'string' ? mount.split(':') : []
      const source =
        typeof mount === 'string' ? (second === undefined ? undefined : first) : textAt(mount, 'source')
      const target = typeof mount === 'string' ? (second ?? first) : textAt(mount, 'target')
      if (target === undefined) continue
      const isPath = source !== undefined && /^[./~$]/.test(source)
      if (!isPath) {
        volumes.push(target)
        continue
      }
      const path = pathFrom(this.#directory, this.#text(source) ?? source)
      const mounted = path === undefined ? undefined : this.#filesAt(path, target)
      if (mounted === undefined) {
        this.notes.push(
          `${this.#path}: ${name} mounts ${source} at ${target}, but a pod has only what is in its image`,
        )
      } else files.push(...mounted)
    }
    const temporary = valueAt(service, 'tmpfs')
    volumes.push(...(typeof temporary === 'string' ? [temporary] : textsAt(service, 'tmpfs')))
    return { files, volumes }
  }

  /** A file, or a directory with a few texts directly in it; undefined for what is more than settings. */
  #filesAt(path: string, target: string): ComposeService['files'] | undefined {
    const { files, read } = this.#repository
    const below = files.filter((file) => file === path || file.startsWith(`${path}/`))
    const isFlat = below.every((file) => !file.slice(path.length + 1).includes('/'))
    const length = below.reduce((sum, file) => sum + (read(file)?.length ?? Number.POSITIVE_INFINITY), 0)
    const isCode = this.#contexts.some((context) => context === path || context.startsWith(`${path}/`))
    if (isCode || path === '.' || below.length === 0 || below.length > 20 || !isFlat || length > 200_000)
      return undefined
    return below.map((file) => ({
      path: file,
      target: file === path ? target : `${target.replace(/\/$/, '')}/${baseName(file)}`,
    }))
  }

  #command(service: unknown, key: string): readonly string[] | undefined {
    const value = valueAt(service, key)
    if (typeof value === 'string') return shellWords(this.#text(value) ?? value)
    return Array.isArray(value) ? value.map((word) => this.#text(String(word)) ?? String(word)) : undefined
  }

  #healthcheck(service: unknown): readonly string[] | undefined {
    if (textAt(service, 'healthcheck', 'disable') === 'true') return undefined
    const test = valueAt(service, 'healthcheck', 'test')
    if (typeof test === 'string') return ['sh', '-c', this.#text(test) ?? test]
    if (!Array.isArray(test)) return undefined
    const [how, ...words] = test.map((word) => this.#text(String(word)) ?? String(word))
    if (how === 'CMD-SHELL') return ['sh', '-c', words.join(' ')]
    return how === 'CMD' && words.length > 0 ? words : undefined
  }

  #text = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : this.#filled(text).text

  /** With variables filled in, those that nobody sets with nothing; two dollars are one. */
  #filled(text: string): { readonly text: string; readonly isUnset: boolean } {
    const parts = text
      .split('$$')
      .map((part) => withVariables(part.replaceAll(/\$\{(\w+):?\?[^}]*\}/g, '$${$1}'), this.#variables))
    const unset = /\$[A-Za-z_]\w*/g
    return {
      text: parts.map((part) => part.replaceAll(unset, '')).join('$'),
      isUnset: parts.some((part) => part.search(unset) >= 0),
    }
  }
}
