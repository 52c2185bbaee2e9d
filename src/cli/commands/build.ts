import { resolve } from 'node:path'
import type { Config, Environment } from '../../config/config.ts'
import { selectEnvironment } from '../../config/select.ts'
import { displayPath } from '../../diagnostics/format.ts'
import { suggestion } from '../../diagnostics/suggest.ts'
import type { EngineName } from '../../drivers/engines.ts'
import { type BuildImagesResult, buildImages, tagsFile } from '../../operations/build.ts'
import { failedTasks } from '../../operations/hand-over/failed-tasks.ts'
import { InvalidInput, throwIfInvalid } from '../../operations/operation-error.ts'
import { loadProject } from '../../operations/prepare/load-project.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { formatDuration } from '../../util/duration.ts'
import { isCoverage } from '../coverage-flag.ts'
import { runReporter, terminalReporter } from '../run-reporters.ts'
import type { Session } from '../session.ts'

export interface BuildFlags {
  readonly file?: string
  readonly tag?: string
  readonly engine?: EngineName
  readonly load?: boolean
  /** Whose cluster images are loaded into. */
  readonly environment?: string
  readonly push?: string
  readonly archive?: string
  readonly export?: string
  readonly cleanup?: boolean
  readonly fresh?: boolean
  readonly coverage?: boolean
  readonly platform?: readonly string[]
  readonly jobs?: number
  readonly failFast?: boolean
  readonly output: 'text' | 'json'
}

/** `kindling build`: progress on stderr; the references, or one JSON object, on stdout. */
export async function buildCommand(
  session: Session,
  names: readonly string[],
  flags: BuildFlags,
): Promise<void> {
  const loaded = await loadProject({ cwd: session.cwd, env: session.env, ...flags })
  throwIfInvalid(loaded.diagnostics)
  if (loaded.config === undefined) throw new InvalidInput(loaded.diagnostics)
  const { config } = loaded
  const loadInto = loadEnvironmentOf(config, flags)
  const images = selectImages(config, names, loadInto !== undefined)
  const tag = flags.tag ?? (session.env.IMAGE_TAG || undefined)
  const measuresCoverage = isCoverage(session, flags)
  const terminal = await terminalReporter(session, config)
  let reporter: Reporter | undefined
  const result = await buildImages({
    config,
    images,
    host: await session.host(),
    signal: session.abort.signal,
    failureMode: flags.failFast === true ? 'kill' : 'continue',
    ...(tag === undefined ? {} : { tag }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
    ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
    ...(flags.archive === undefined ? {} : { archive: resolve(session.cwd, flags.archive) }),
    ...(flags.export === undefined ? {} : { exportTo: resolve(session.cwd, flags.export) }),
    ...(loadInto === undefined ? {} : { loadInto }),
    ...(flags.push === undefined ? {} : { registry: flags.push }),
    isFresh: flags.fresh === true,
    isCoverage: measuresCoverage,
    isCleanedUp: flags.cleanup === true,
    report: (directory) => {
      reporter = runReporter(session, directory, terminal)
      return reporter.onEvent
    },
  }).finally(() => (reporter ?? terminal).close?.())
  session.exitCode = result.exitCode
  print(session, config, result, flags)
}

function loadEnvironmentOf(config: Config, { load, environment: name }: BuildFlags): Environment | undefined {
  if (load !== true) return undefined
  const { environment, diagnostics } = selectEnvironment(config, name)
  if (environment === undefined) throw new InvalidInput(diagnostics)
  return environment
}

/** Those that are built; by name also those that are pulled, where they are to be loaded. */
function selectImages(config: Config, names: readonly string[], loads: boolean): string[] {
  const built = [...config.images.values()].filter(({ kind }) => kind === 'built').map(({ name }) => name)
  const unknown = names.filter((name) => !built.includes(name) && !(loads && config.images.has(name)))
  if (unknown.length > 0) {
    throw new InvalidInput(
      unknown.map((name) => ({
        code: 'E_CONFIG_UNKNOWN_NAME',
        severity: 'error',
        message: config.images.has(name)
          ? `the image \`${name}\` is pulled, not built`
          : `there is no image \`${name}\``,
        hint: suggestion(name, built, 'images that are built'),
      })),
    )
  }
  return names.length === 0 ? built : [...names]
}

function print(session: Session, config: Config, result: BuildImagesResult, flags: BuildFlags): void {
  const { stdout, stderr } = session
  const { images, outcome, exitCode, run } = result
  if (flags.output === 'json') {
    const failures = failedTasks(result.result)
    const told = { outcome, exitCode, run: run.id, runDirectory: run.path, failures, images }
    stdout.write(`${JSON.stringify(told, null, 2)}\n`)
  } else {
    for (const [name, { reference, platforms = {} }] of Object.entries(images)) {
      stdout.write(`${name}  ${reference}\n`)
      for (const [platform, part] of Object.entries(platforms)) {
        stdout.write(`${name}@${platform}  ${part.reference}\n`)
      }
    }
  }
  const slow = slowest(result)
  if (slow.length > 0) stderr.write(`\nslowest instructions:\n${slow.join('')}`)
  if (flags.cleanup === true) stderr.write('the images were removed again (--cleanup)\n')
  else if (Object.keys(images).length > 0) {
    stderr.write(`references for scripts: ${displayPath(tagsFile(config), session.cwd)}\n`)
  }
  if (outcome !== 'succeeded') stderr.write(`logs: ${displayPath(run.logs, session.cwd)}\n`)
}

/** How many instructions are worth a look, and from what duration on. */
const shownInstructions = 5
const shownFromSeconds = 1

function slowest({ images }: BuildImagesResult): string[] {
  return Object.entries(images)
    .flatMap(([name, image]) => [
      ...image.instructions.map((timed) => ({ name, ...timed })),
      ...Object.entries(image.platforms ?? {}).flatMap(([platform, { instructions }]) =>
        instructions.map((timed) => ({ name: `${name}@${platform}`, ...timed })),
      ),
    ])
    .filter(({ seconds }) => seconds >= shownFromSeconds)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, shownInstructions)
    .map(({ name, instruction, seconds }) => `  ${formatDuration(seconds * 1000)}  ${name}  ${instruction}\n`)
}
