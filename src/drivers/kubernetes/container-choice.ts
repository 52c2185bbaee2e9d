import type { ContainerChoice } from '../cluster.ts'
import { type ClusterView, podsOf } from './cluster-view.ts'
import type { Pod, Workload } from './live-objects.ts'
import { containersOf, type PodContainer } from './pod-problems.ts'

/** The pods that are meant: by their own name, or by that of their workload. */
export function chosenPods(
  pods: readonly Pod[],
  wanted: string | undefined,
  workloads: readonly Workload[],
  view: ClusterView,
): readonly Pod[] {
  if (wanted === undefined) return pods
  const made = workloads
    .filter(({ metadata }) => metadata.name === wanted)
    .flatMap((live) => podsOf(live, view))
    .map(({ metadata }) => metadata.uid)
  return pods.filter(({ metadata }) => metadata.name === wanted || made.includes(metadata.uid))
}

/** The containers that are meant, as the manifest orders them; init containers only by their name. */
export function chosenContainers(pod: Pod, { container }: ContainerChoice): readonly PodContainer[] {
  const order = (pod.spec?.containers ?? []).map(({ name }) => name)
  return containersOf(pod)
    .filter(({ status, isInit }) => (container === undefined ? !isInit : status.name === container))
    .toSorted((a, b) => order.indexOf(a.status.name) - order.indexOf(b.status.name))
}

/** For messages: `container app of web`. */
export function describeChoice({ container, pod }: ContainerChoice): string {
  const what = container === undefined ? 'running container' : `running container ${container}`
  return pod === undefined ? what : `${what} of ${pod}`
}
