import type { LogPiece } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { pieceOf } from '../log-piece.ts'
import type { Podman } from '../podman/podman.ts'
import { quiet } from '../quiet.ts'
import type { ContainerState, PodObserver } from './observer.ts'

/** Between an end and a start, when only the latter is known, milliseconds: podman takes the time after the fact. */
const startLeadMs = 50

/** What these containers have printed since their marks, or since they were last started. */
export async function logPieces(
  podman: Podman,
  observer: PodObserver,
  containers: readonly { readonly name: string; readonly label: string }[],
  marks: ReadonlyMap<string, string>,
  options: CallOptions,
): Promise<readonly LogPiece[]> {
  const states = await observer.containers(
    containers.map(({ name }) => name),
    options,
  )
  const pieces = containers.map(async ({ name, label }): Promise<LogPiece[]> => {
    const state = states.find((each) => each.name === name)
    if (state === undefined || state.status === 'created' || state.status === 'initialized') return []
    const run = `${name} ${state.startedAt ?? state.restarts}`
    const since = marks.get(run) ?? beginOf(state)
    const { stdout, stderr } = await podman.run(
      ['logs', '--timestamps', ...(since === undefined ? [] : ['--since', since]), name],
      {
        ...quiet(options),
        isData: true,
        okExitCodes: [0, 125],
      },
    )
    return [pieceOf({ container: label, run }, [stdout, stderr], since)]
  })
  return (await Promise.all(pieces)).flat()
}

/** podman keeps one log for all runs of a container: where that of the last begins; `undefined` for the first. */
export function beginOf({
  restarts,
  startedAt,
  finishedAt,
}: Pick<ContainerState, 'restarts' | 'startedAt' | 'finishedAt'>): string | undefined {
  if (restarts === 0 || startedAt === undefined) return undefined
  const startMs = Date.parse(startedAt)
  const endMs = finishedAt === undefined ? Number.NaN : Date.parse(finishedAt)
  const beginMs = endMs < startMs ? (endMs + startMs) / 2 : startMs - startLeadMs
  return new Date(beginMs).toISOString()
}
