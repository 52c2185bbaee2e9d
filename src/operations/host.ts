import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerEngine } from '../drivers/container-engine.ts'
import type { EngineProgram } from '../drivers/engine-program.ts'
import { type EngineName, openEngine } from '../drivers/engines.ts'
import { LockedNames } from '../drivers/locked-names.ts'
import { PodmanImages } from '../drivers/podman/images.ts'
import {
  type EngineMemory,
  type EngineProblem,
  type OpenedPodman,
  openPodman,
  type RememberedEngine,
} from '../drivers/podman/open-podman.ts'
import { LocalExec, type LocalExecOptions } from '../exec/local-exec.ts'
import { Redactor } from '../exec/redactor.ts'
import { baseImages } from '../images/base-images.ts'
import { contextFiles, ignoreFileOf } from '../images/context-files.ts'
import { EnvironmentStore } from '../state/environment-store.ts'
import { History } from '../state/history.ts'
import { Holds } from '../state/holds.ts'
import { ImageList } from '../state/image-list.ts'
import { ownerVariable } from '../state/journal.ts'
import { withLock } from '../state/lock.ts'
import { PortLeases } from '../state/port-leases.ts'
import { writePrivateFile } from '../state/private-files.ts'
import { ReapedList } from '../state/reaped.ts'
import { stateDirectory } from '../state/state-directory.ts'
import { type Clock, systemClock } from '../util/clock.ts'
import { exitCodes, OperationError } from './operation-error.ts'

/** An engine, whichever it is: for images, and as the program it is. */
export interface UsableEngine {
  readonly engine: ContainerEngine
  readonly program: EngineProgram
  /** Directory of the images, unless that is on another machine. */
  readonly storage?: string
  /** Why an engine does not run with the machine's own settings. */
  readonly workaround?: string
}

/** Podman, ready to be used, also as an engine for images. */
export type OpenEngine = OpenedPodman & UsableEngine

interface OpenOptions {
  readonly signal?: AbortSignal
  readonly fresh?: boolean
}

/** This machine as the operations see it: where state is kept, and how programs are started. */
export class Host {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock = systemClock
  readonly stateDirectory: string
  readonly store: EnvironmentStore
  readonly ports: PortLeases
  readonly holds: Holds
  readonly history: History
  /** External images that were not there before they were pulled: a pull cannot label them. */
  readonly pulled: ImageList
  readonly redactor: Redactor = new Redactor()
  /**
   * Only what was generated here. That is never an ordinary word, as passwords in manifests may be: it can be taken out
   * of everything that is told, and leaves the rest readable.
   */
  readonly generatedRedactor: Redactor = new Redactor()
  /** What was cleared away after processes that were killed. */
  readonly reaped: ReapedList
  /** Whether what is done here is put in order when this process is killed. */
  readonly hasReaper: boolean
  /** Told why nothing seems to happen, in a sentence. */
  onNotice: (text: string) => void = () => {}
  readonly #execs = new Set<LocalExec>()

  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    this.env = env
    this.hasReaper = parseSwitch('KINDLING_REAPER', env)
    this.stateDirectory = stateDirectory(env)
    this.store = new EnvironmentStore(this.stateDirectory)
    this.ports = new PortLeases(this.stateDirectory)
    this.holds = new Holds(this.stateDirectory)
    this.history = new History(this.stateDirectory)
    this.pulled = new ImageList(this.stateDirectory, 'pulled-images')
    this.reaped = new ReapedList(this.stateDirectory)
  }

  /** A way to start programs; for an environment, every process is written to its journal. */
  exec(environmentId?: string): LocalExec {
    const exec = new LocalExec({ redactor: this.redactor, ...this.#journaling(environmentId) })
    this.#execs.add(exec)
    return exec
  }

  /** Kills whatever is still running; for the moment before this process exits. */
  killAllNow(): void {
    for (const exec of this.#execs) exec.killAllNow()
  }

  /** Images that `kindling build` made with an engine, for whoever asked for them. */
  built(engine: string): ImageList {
    return new ImageList(this.stateDirectory, `built-images-${engine}`)
  }

  /** Private directory of an environment's volumes. */
  volumeDirectory(environmentId: string): string {
    return join(this.stateDirectory, 'environments', environmentId, 'volumes')
  }

  /** Private file with the values that were generated for an environment. */
  generatedFile(environmentId: string): string {
    return join(this.stateDirectory, 'environments', environmentId, 'generated.json')
  }

  /** A podman that can run containers here. Throws `OperationError` when there is none. */
  async openPodman(exec: LocalExec, options: OpenOptions = {}): Promise<OpenEngine> {
    const result = await openPodman(exec, this.#podmanMemory(), options)
    if ('problem' in result) throw engineError([result.problem])
    const { podman } = result.opened
    return { ...result.opened, program: podman, engine: this.#lockingNames(new PodmanImages(podman)) }
  }

  /** An engine that can build images: the preferred one, or the first that can be used. Throws `OperationError`. */
  async openEngine(
    exec: LocalExec,
    { preference, ...options }: OpenOptions & { readonly preference?: EngineName | undefined } = {},
  ): Promise<UsableEngine> {
    const rules = { baseImages, contextFiles, ignoreFileOf }
    const result = await openEngine(exec, { ...options, preference, memory: this.#podmanMemory(), rules })
    if (result.opened === undefined) throw engineError(result.refused.map(({ problem }) => problem))
    const { opened } = result
    const program = opened.name === 'podman' ? opened.podman : opened.docker
    return { ...opened, program, engine: this.#lockingNames(opened.engine) }
  }

  #lockingNames(engine: ContainerEngine): ContainerEngine {
    const directory = join(this.stateDirectory, 'locks')
    return new LockedNames(engine, (name, action) => withLock(directory, name, action))
  }

  #podmanMemory(): EngineMemory {
    const confFile = join(this.stateDirectory, 'podman', 'containers.conf')
    const memoryFile = join(this.stateDirectory, 'podman', 'settings.json')
    return {
      confFile,
      read: () => readRemembered(memoryFile),
      write: (text, to) => writePrivateFile(to === 'conf' ? confFile : memoryFile, text),
    }
  }

  #journaling(environmentId: string | undefined): LocalExecOptions {
    if (environmentId === undefined) return {}
    const journal = this.store.journal(environmentId)
    const mark = ownerVariable(environmentId)
    const [name = '', value = ''] = mark.split('=')
    return {
      env: { [name]: value },
      mark,
      onSpawn: (process, { program }) => journal.append({ kind: 'process', process, program }),
      onExit: (process) => journal.append({ kind: 'process-ended', process }),
    }
  }
}

/** `on` without it; throws on anything but `on` and `off`, since nobody can tell what was meant (E5). */
function parseSwitch(name: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const value = env[name] || 'on'
  if (value === 'on' || value === 'off') return value === 'on'
  throw new OperationError(
    'E_VARIABLE_INVALID',
    `the variable ${name} is \`${value}\``,
    'set it to `on` or `off`, or leave it out, which is `on`',
    { exitCode: exitCodes.usage },
  )
}

function readRemembered(file: string): RememberedEngine | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RememberedEngine
  } catch {
    // Not there, or cut short: then the engine is tried again.
    return undefined
  }
}

/** Why no engine can be used; of several, each in a line. */
function engineError(problems: readonly EngineProblem[]): OperationError {
  const [first] = problems
  if (first === undefined) throw new Error('Internal error: an engine was refused without a reason')
  if (problems.length === 1)
    return new OperationError(first.code, first.message, first.hint, { detail: first.detail })
  return new OperationError(first.code, 'there is no container engine that can be used', first.hint, {
    detail: problems.map(({ message, hint }) => `${message}\n  ${hint}`).join('\n'),
  })
}
