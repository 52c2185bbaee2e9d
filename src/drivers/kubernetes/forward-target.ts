import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { CallOptions } from '../container-engine.ts'
import { describeTarget, ForwardError, type ForwardTarget } from '../forward.ts'
import type { KubernetesClient, PodKey } from './kubernetes-client.ts'
import { isGoing, isReadyPod, type Pod } from './live-objects.ts'

interface Service extends KubernetesObject {
  readonly spec?: {
    readonly selector?: Readonly<Record<string, string>>
    readonly ports?: readonly {
      readonly name?: string
      readonly port: number
      readonly targetPort?: number | string
    }[]
  }
}

/** A ready pod behind a Service, and the port of it that the Service's port means. Rejects with `ForwardError`. */
export async function podBehind(
  client: KubernetesClient,
  target: ForwardTarget,
  options: CallOptions,
): Promise<PodKey & { readonly port: number }> {
  const { service: name, namespace, port: wanted } = target
  const service = (await client.get({ apiVersion: 'v1', kind: 'Service', name, namespace }, options)) as
    | Service
    | undefined
  if (service === undefined) throw new ForwardError(`there is no Service ${name} in namespace ${namespace}`)
  const { selector = {}, ports = [] } = service.spec ?? {}
  const port = ports.find((each) => each.port === wanted || each.name === wanted)
  if (port === undefined) throw new ForwardError(`Service ${name} has no port ${wanted}`)
  if (Object.keys(selector).length === 0) throw new ForwardError(`Service ${name} selects no pods`)
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: selector }, options)
  const pod = (items as readonly Pod[]).find((each) => isReadyPod(each) && !isGoing(each))
  if (pod === undefined) throw new ForwardError(`no ready pod is behind ${describeTarget(target)}`)
  const number = portOf(pod, port.targetPort ?? port.port)
  if (number === undefined)
    throw new ForwardError(`no container of pod ${pod.metadata.name} has a port ${port.targetPort}`)
  return { namespace, pod: pod.metadata.name, port: number }
}

function portOf({ spec }: Pod, port: number | string): number | undefined {
  if (typeof port === 'number') return port
  return (spec?.containers ?? []).flatMap(({ ports = [] }) => ports).find(({ name }) => name === port)
    ?.containerPort
}
