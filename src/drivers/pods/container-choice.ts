import type { ContainerChoice } from '../cluster.ts'
import type { ContainerPlan, PodPlan } from './pod-plan.ts'

/** The containers that are meant, in the order of the manifests; init containers only by their name. */
export function chosenContainers(
  pods: readonly PodPlan[],
  { container, pod }: ContainerChoice,
): readonly { readonly pod: PodPlan; readonly container: ContainerPlan }[] {
  return pods
    .filter(({ name }) => pod === undefined || isPodOf(name, pod))
    .flatMap((each) =>
      (container === undefined ? each.containers : [...each.initContainers, ...each.containers])
        .filter(({ name }) => container === undefined || name === container)
        .map((found) => ({ pod: each, container: found })),
    )
}

/** For messages: `container app of web`. */
export function describeChoice({ container, pod }: ContainerChoice): string {
  const what = container === undefined ? 'container' : `container ${container}`
  return pod === undefined ? what : `${what} of ${pod}`
}

/** A pod goes by its own name, or by that of its workload, to which its ordinal is added. */
function isPodOf(name: string, wanted: string): boolean {
  return name === wanted || (name.startsWith(`${wanted}-`) && /^\d+$/.test(name.slice(wanted.length + 1)))
}
