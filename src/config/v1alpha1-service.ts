import { z } from 'zod'
import { type ReadyV1Alpha1, readyV1Alpha1 } from './v1alpha1-ready.ts'
import { type SourcesV1Alpha1, sourcesV1Alpha1 } from './v1alpha1-sources.ts'
import { type StepV1Alpha1, stepV1Alpha1 } from './v1alpha1-step.ts'
import { duration, name, port } from './v1alpha1-words.ts'

export interface ServiceV1Alpha1 extends SourcesV1Alpha1, StepV1Alpha1 {
  instanceOf?: string
  namespace?: string
  imagePaths: { kind: string; path: string }[]
  needs: (string | { service: string; level: 'ready' | 'applied' })[]
  ready: ReadyV1Alpha1[]
  timeout: string
  restarts: number
  ports: Record<string, number | { port: number; host?: number }>
}

const imagePath = z
  .strictObject({
    kind: z
      .string()
      .min(1)
      .meta({ title: 'kind of object', examples: ['Widget'] })
      .describe('The kind of the objects.'),
    path: z
      .string()
      .regex(/^[^.[\]]+(\[(\*|\d+)\])*(\.[^.[\]]+(\[(\*|\d+)\])*)*$/)
      .meta({ title: 'dotted path', examples: ['spec.image', 'spec.template.spec.containers[*].image'] })
      .describe(
        'The field that holds the image reference. `[*]` stands for all items of a list, `[0]` for the first.',
      ),
  })
  .meta({ title: 'place of an image', examples: [{ kind: 'Widget', path: 'spec.image' }] })

const need = z
  .union([
    name.describe('A service that must be ready.'),
    z
      .strictObject({
        service: name.describe('Name of the service.'),
        level: z
          .enum(['ready', 'applied'])
          .default('ready')
          .describe('`applied` waits only until its objects have been sent to the cluster, ready or not.'),
      })
      .meta({ title: 'need with a level' }),
  ])
  .meta({ title: 'name of a service, or a mapping with `service` and `level`' })

/** The schema of one of the `services`. */
export const serviceV1Alpha1: z.ZodType<ServiceV1Alpha1, unknown> = z
  .strictObject({
    ...sourcesV1Alpha1,
    ...stepV1Alpha1,
    instanceOf: name
      .describe(
        'Makes this a second instance of another service, with the same manifests. `needs`, `ready`, ' +
          '`timeout`, `restarts`, `ports` (without fixed host ports), `env`, `outputs` and `namespace` are ' +
          'taken from the other service where they are left out here. With a `namespace` of its own its ' +
          'objects keep their names; otherwise they are renamed, and so are the references between them.',
      )
      .exactOptional(),
    namespace: name
      .describe(
        'Moves all its namespaced objects into this namespace, whatever namespace they name, along with what ' +
          'they say about the namespace they come from: subjects of role bindings, services of webhooks. DNS ' +
          'names such as `api.shop.svc` stay as they are.',
      )
      .exactOptional(),
    imagePaths: z
      .array(imagePath)
      .meta({ title: 'list of places', examples: [[{ kind: 'Widget', path: 'spec.image' }]] })
      .default([])
      .describe('Where objects other than workloads name images, which are then treated like those of pods.'),
    needs: z
      .array(need)
      .meta({
        title: 'list of needs',
        examples: [['postgres'], ['postgres', { service: 'operator', level: 'applied' }]],
      })
      .default([])
      .describe('The services that must be ready before this one is applied.'),
    ready: z
      .array(readyV1Alpha1)
      .min(1)
      .meta({
        title: 'list of conditions, at least one',
        examples: [['rollout', { http: { port: 'api', path: '/readyz' } }]],
      })
      .default(['rollout'])
      .describe(
        'When it counts as ready: all of these conditions, checked in order. If left out, its `ports` also ' +
          'get a moment after the rollout to accept connections.',
      ),
    timeout: duration
      .default('3m')
      .describe('How long it may take from apply until ready, or how long `run` may take.'),
    restarts: z
      .int()
      .min(0)
      .meta({ title: 'whole number, 0 or more' })
      .default(1)
      .describe(
        'How many restarts of a container are tolerated while it comes up. One covers a need that has only ' +
          'just become ready; more may be necessary when needs are not declared, or only `applied`.',
      ),
    ports: z
      .record(
        name,
        z
          .union([
            port,
            z
              .strictObject({
                port: port.describe('Port of the Kubernetes Service.'),
                host: port
                  .describe('Port on 127.0.0.1. Default: a free one, allocated for the environment.')
                  .exactOptional(),
              })
              .meta({ title: 'port with a fixed host port' }),
          ])
          .meta({ title: 'port number, or a mapping with `port` and `host`' }),
      )
      .meta({
        title: 'mapping of names to ports',
        examples: [{ api: 8080, grpc: { port: 9090, host: 19090 } }],
      })
      .default({})
      .describe('Ports of its Kubernetes Services that tests can reach from the host, by name.'),
  })
  .meta({ title: 'service' })
