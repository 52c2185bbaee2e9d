import { z } from 'zod'
import { command, portName, type Word } from './v1alpha1-words.ts'

export type ReadyV1Alpha1 =
  | 'rollout'
  | { exec: Word[] }
  | { http: { port: string; path: string; status: number } }
  | { tcp: { port: string } }

/** One of the conditions under `ready` of a service. */
export const readyV1Alpha1: z.ZodType<ReadyV1Alpha1, unknown> = z
  .union([
    z
      .literal('rollout')
      .describe('Every workload of the manifests has all its pods ready; Jobs are complete.'),
    z
      .strictObject({
        exec: command.describe('A command that must exit with 0 in a container of the service.'),
      })
      .meta({ title: 'exec' }),
    z
      .strictObject({
        http: z
          .strictObject({
            port: portName,
            path: z
              .string()
              .startsWith('/')
              .meta({ title: 'path that begins with /', examples: ['/readyz'] })
              .default('/')
              .describe('Path of the request.'),
            status: z
              .int()
              .min(100)
              .max(599)
              .meta({ title: 'HTTP status' })
              .default(200)
              .describe('Status that counts.'),
          })
          .describe('A GET request from the host that must be answered with the status.'),
      })
      .meta({ title: 'http' }),
    z
      .strictObject({
        tcp: z
          .strictObject({ port: portName })
          .describe('A port that must accept connections from the host.'),
      })
      .meta({ title: 'tcp' }),
  ])
  .meta({ title: '`rollout`, or a mapping with `exec`, `http` or `tcp`' })
