import type {
  ContainerLogs,
  LoggedContainer,
  LogLine,
  LogSelection,
} from '../../src/drivers/container-logs.ts'
import { deferred } from '../../src/util/deferred.ts'

/** A container of a service that runs, but for what is said here. */
export function aLoggedContainer(
  service: string,
  container: string,
  more: Partial<LoggedContainer> = {},
): LoggedContainer {
  const pod = more.pod ?? service
  return {
    ...{ service, pod, container, isSystem: false, run: `${pod}/${container}`, hasPrevious: false },
    state: 'running',
    ...more,
  }
}

/** Containers that print what tests have them print. */
export class ScriptedLogs implements ContainerLogs {
  list: readonly LoggedContainer[]
  /** Pods whose logs cannot be read. */
  readonly unreadable = new Set<string>()
  /** What was asked, by run. */
  readonly asked: { readonly run: string; readonly selection: LogSelection }[] = []
  readonly #followers = new Map<string, { readonly onLine: (line: LogLine) => void; end: () => void }>()

  constructor(list: readonly LoggedContainer[]) {
    this.list = list
  }

  async containers(): Promise<readonly LoggedContainer[]> {
    return this.list
  }

  async read(
    { pod, container, run }: LoggedContainer,
    selection: LogSelection,
    onLine: (line: LogLine) => void,
  ): Promise<void> {
    this.asked.push({ run, selection })
    if (this.unreadable.has(pod)) throw new Error('no such container')
    if (selection.isFollowing !== true) {
      const when = selection.isPrevious === true ? 'before' : 'now'
      onLine({ time: '2030-01-01T00:00:00Z', text: `${container} ${when}` })
      return
    }
    const { promise, resolve } = deferred<void>()
    this.#followers.set(run, { onLine, end: resolve })
    return promise
  }

  /** A run of a container that is followed prints a line. */
  print(run: string, text: string): void {
    this.#followers.get(run)?.onLine({ time: '2030-01-01T00:00:00Z', text })
  }

  /** A run of a container that is followed ends. */
  end(run: string): void {
    this.#followers.get(run)?.end()
  }
}
