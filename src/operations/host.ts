import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PodmanImages } from '../drivers/podman/images.ts'
import { type OpenedPodman, openPodman, type RememberedEngine } from '../drivers/podman/open-podman.ts'
import { LocalExec, type LocalExecOptions } from '../exec/local-exec.ts'
import { Redactor } from '../exec/redactor.ts'
import { EnvironmentStore } from '../state/environment-store.ts'
import { History } from '../state/history.ts'
import { Holds } from '../state/holds.ts'
import { ImageList } from '../state/image-list.ts'
import { PortLeases } from '../state/port-leases.ts'
import { writePrivateFile } from '../state/private-files.ts'
import { stateDirectory } from '../state/state-directory.ts'
import { type Clock, systemClock } from '../util/clock.ts'
import { OperationError } from './operation-error.ts'

/** Podman, ready to be used, also as an engine for images. */
export type OpenEngine = OpenedPodman & { readonly engine: PodmanImages }

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
  /** Images that `kindling build` made, for whoever asked for them. */
  readonly built: ImageList
  readonly redactor: Redactor = new Redactor()
  readonly #execs = new Set<LocalExec>()

  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    this.env = env
    this.stateDirectory = stateDirectory(env)
    this.store = new EnvironmentStore(this.stateDirectory)
    this.ports = new PortLeases(this.stateDirectory)
    this.holds = new Holds(this.stateDirectory)
    this.history = new History(this.stateDirectory)
    this.pulled = new ImageList(this.stateDirectory, 'pulled-images')
    this.built = new ImageList(this.stateDirectory, 'built-images')
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

  /** Private directory of an environment's volumes. */
  volumeDirectory(environmentId: string): string {
    return join(this.stateDirectory, 'environments', environmentId, 'volumes')
  }

  /** A podman that can run containers here. Throws `OperationError` when there is none. */
  async openPodman(
    exec: LocalExec,
    options: { readonly signal?: AbortSignal; readonly fresh?: boolean } = {},
  ): Promise<OpenEngine> {
    const confFile = join(this.stateDirectory, 'podman', 'containers.conf')
    const memoryFile = join(this.stateDirectory, 'podman', 'settings.json')
    const result = await openPodman(
      exec,
      {
        confFile,
        read: () => readRemembered(memoryFile),
        write: (text, to) => writePrivateFile(to === 'conf' ? confFile : memoryFile, text),
      },
      options,
    )
    if ('problem' in result) {
      const { code, message, hint, detail } = result.problem
      throw new OperationError(code, message, hint, { detail })
    }
    return { ...result.opened, engine: new PodmanImages(result.opened.podman) }
  }

  #journaling(environmentId: string | undefined): LocalExecOptions {
    if (environmentId === undefined) return {}
    const journal = this.store.journal(environmentId)
    return {
      onSpawn: (process, { program }) => journal.append({ kind: 'process', process, program }),
      onExit: (process) => journal.append({ kind: 'process-ended', process }),
    }
  }
}

function readRemembered(file: string): RememberedEngine | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RememberedEngine
  } catch {
    // Not there, or cut short: then the engine is tried again.
    return undefined
  }
}
