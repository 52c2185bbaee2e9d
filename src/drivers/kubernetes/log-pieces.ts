import type { ContainerChoice, LogPiece } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { pieceOf } from '../log-piece.ts'
import { chosenContainers } from './container-choice.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { type Pod, uidOf } from './live-objects.ts'

/** What containers of these pods have printed since their marks, or since they were last started. */
export async function logPieces(
  client: KubernetesClient,
  pods: readonly Pod[],
  choice: ContainerChoice,
  marks: ReadonlyMap<string, string>,
  options: CallOptions,
): Promise<readonly LogPiece[]> {
  const pieces = pods.flatMap((pod) =>
    chosenContainers(pod, choice)
      // Of a container that waits for its next start, the log is that of its last run.
      .filter(({ status: { state } }) => state?.running !== undefined || state?.terminated !== undefined)
      .map(async ({ status: { name: container, restartCount = 0 } }): Promise<LogPiece[]> => {
        const { name, namespace = 'default' } = pod.metadata
        const run = `${uidOf(pod)} ${container} ${restartCount}`
        const since = marks.get(run)
        try {
          const text = await client.logs({ namespace, pod: name, container }, { since }, options)
          return [pieceOf({ container: `${name}/${container}`, run }, [text], since)]
        } catch (error) {
          // It has just gone, or its node is late to know of it; the next look will tell.
          if (error instanceof KubernetesError && [400, 404].includes(error.status ?? 0)) return []
          throw error
        }
      }),
  )
  return (await Promise.all(pieces)).flat()
}
