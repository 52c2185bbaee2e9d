import type { ObjectName, OutputSpec, Service, WaitSpec } from '../../config/config.ts'
import type { InstanceNames } from '../../deploy/instance.ts'
import type { PreparedManifests } from '../../deploy/prepare.ts'

/**
 * The services with the conditions and outputs of instances about the instances' own objects, where they name objects
 * as the manifests do.
 */
export function aboutOwnObjects(
  services: readonly Service[],
  { instanceNames }: Pick<PreparedManifests, 'instanceNames'>,
): readonly Service[] {
  return services.map((service) => {
    const nameOf = instanceNames.get(service.name)
    if (nameOf === undefined) return service
    return {
      ...service,
      ready: service.ready.map((wait) => ownWait(wait, nameOf)),
      outputs: new Map([...service.outputs].map(([name, output]) => [name, ownOutput(output, nameOf)])),
    }
  })
}

function ownWait(wait: WaitSpec, nameOf: InstanceNames): WaitSpec {
  switch (wait.kind) {
    case 'job':
      return wait.name === undefined ? wait : { ...wait, name: nameOf('Job', wait.name) ?? wait.name }
    case 'endpoints':
      return wait.name === undefined ? wait : { ...wait, name: nameOf('Service', wait.name) ?? wait.name }
    case 'exec':
    case 'log':
    case 'dns':
      return withOwnPod(wait, nameOf)
    case 'condition':
      return { ...wait, object: ownObject(wait.object, nameOf) }
    default:
      return wait
  }
}

function ownOutput(output: OutputSpec, nameOf: InstanceNames): OutputSpec {
  switch (output.kind) {
    case 'log':
      return withOwnPod(output, nameOf)
    case 'object':
      return { ...output, object: ownObject(output.object, nameOf) }
    default:
      return output
  }
}

function ownObject(object: ObjectName, nameOf: InstanceNames): ObjectName {
  const name = nameOf(object.kind, object.name)
  if (name === undefined) return object
  // Its namespace, too, is that of the instance's object.
  const { namespace: _, ...others } = object
  return { ...others, name }
}

function withOwnPod<T extends { readonly pod?: string }>(choice: T, nameOf: InstanceNames): T {
  return choice.pod === undefined ? choice : { ...choice, pod: podName(choice.pod, nameOf) }
}

const workloadKinds = ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']

/** A workload or pod by its name; or a pod, whose name begins with that of its workload. */
function podName(pod: string, nameOf: InstanceNames): string {
  for (let end = pod.length; end > 0; end = pod.lastIndexOf('-', end - 1)) {
    for (const kind of workloadKinds) {
      const name = nameOf(kind, pod.slice(0, end))
      if (name !== undefined) return `${name}${pod.slice(end)}`
    }
  }
  return pod
}
