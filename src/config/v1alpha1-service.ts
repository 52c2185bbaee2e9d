import { z } from 'zod'
import { type ReadyV1Alpha1, readyV1Alpha1 } from './v1alpha1-ready.ts'
import { duration, name, names, path, port } from './v1alpha1-words.ts'

export interface ServiceV1Alpha1 {
  apply: string | string[]
  needs: string[]
  ready: ReadyV1Alpha1[]
  timeout: string
  restarts: number
  ports: Record<string, number | { port: number; host?: number }>
}

/** The schema of one of the `services`. */
export const serviceV1Alpha1: z.ZodType<ServiceV1Alpha1, unknown> = z
  .strictObject({
    apply: z
      .union([path, z.array(path).min(1).meta({ title: 'list of paths, at least one' })])
      .meta({ title: 'path or list of paths', examples: ['deploy/postgres.yaml', ['deploy/gateway']] })
      .describe(
        'The manifests: files, or directories of which every `.yaml`, `.yml` and `.json` file is taken.',
      ),
    needs: names.default([]).describe('Services that must be ready before this one is applied.'),
    ready: z
      .array(readyV1Alpha1)
      .min(1)
      .meta({
        title: 'list of conditions, at least one',
        examples: [['rollout', { http: { port: 'api', path: '/readyz' } }]],
      })
      .default(['rollout'])
      .describe('When it counts as ready: all of these, checked in order.'),
    timeout: duration.default('3m').describe('How long it may take from apply until ready.'),
    restarts: z
      .int()
      .min(0)
      .meta({ title: 'whole number, 0 or more' })
      .default(3)
      .describe('How many restarts of a container are tolerated while it comes up.'),
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
                  .describe('Port on 127.0.0.1. Default: a free one, allocated per run.')
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
      .describe('Ports of its Kubernetes Services that tests reach from the host, by name.'),
  })
  .meta({ title: 'service' })
