import type { ContainerPlan, PodPlan } from '../../src/drivers/pods/pod-plan.ts'

/** A container that runs an image and asks for nothing else, but for what is said here. */
export function aContainer(plan: Partial<ContainerPlan> = {}): ContainerPlan {
  return {
    name: 'app',
    image: 'shop/api',
    args: [],
    env: {},
    mounts: [],
    groups: [],
    readOnlyRoot: false,
    privileged: false,
    addCapabilities: [],
    dropCapabilities: [],
    restart: 'always',
    readiness: [],
    ...plan,
  }
}

/** A pod of one such container, but for what is said here. */
export function aPod(plan: Partial<PodPlan> = {}): PodPlan {
  return {
    service: 'web',
    name: 'web',
    hostname: 'web',
    aliases: [],
    redirects: [],
    published: [],
    hosts: [],
    initContainers: [],
    containers: [aContainer()],
    files: [],
    runsToCompletion: false,
    graceSeconds: 30,
    ...plan,
  }
}
