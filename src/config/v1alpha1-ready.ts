import { z } from 'zod'
import {
  type ChoiceV1Alpha1,
  choice,
  command,
  duration,
  name,
  type ObjectV1Alpha1,
  objectFields,
  path,
  portName,
  type Word,
  word,
} from './v1alpha1-words.ts'

export type ReadyV1Alpha1 =
  | 'rollout'
  | 'job'
  | 'endpoints'
  | (ConditionV1Alpha1 & { timeout?: string | undefined })

type ConditionV1Alpha1 =
  | { rollout: true }
  | { job: true | string }
  | { endpoints: true | string }
  | { http: RequestV1Alpha1 }
  | { https: RequestV1Alpha1 & { ca?: string; insecure: boolean } }
  | { tcp: { port: string } }
  | { exec: Word[] | ({ command: Word[] } & ChoiceV1Alpha1) }
  | { log: string | ({ line: string } & ChoiceV1Alpha1) }
  | { condition: ObjectConditionV1Alpha1 }
  | { dns: string | ({ name: string } & ChoiceV1Alpha1) }

export interface RequestV1Alpha1 {
  port: string
  path: string
  method: string
  headers: Record<string, Word>
  host?: string
  status: number | string | (number | string)[]
  body?: string
}

export interface ObjectConditionV1Alpha1 extends ObjectV1Alpha1 {
  type: string
  status: string | boolean
}

/** Conditions that may be written as a word, since they need nothing else. */
const words = ['rollout', 'job', 'endpoints'] as const

const objectName = name.meta({ title: 'name of an object', examples: ['migrate'] })

const pattern = z
  .string()
  .min(1)
  .meta({ title: 'text, or /regular expression/', examples: ['ready to serve', '/listening on :\\d+/i'] })

const statusCode = z
  .int()
  .min(100)
  .max(599)
  .meta({ title: 'HTTP status', examples: [200] })
const statusRange = z
  .string()
  .regex(/^[1-5]\d\d-[1-5]\d\d$/)
  .meta({ title: 'range of HTTP status', examples: ['200-299'] })

const hostName = z
  .string()
  .regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$/)
  .max(253)
  .meta({ title: 'name of a host', examples: ['api.shop.svc'] })

const request = {
  port: portName,
  path: z
    .string()
    .startsWith('/')
    .meta({ title: 'path that begins with /', examples: ['/readyz'] })
    .default('/')
    .describe('Path of the request.'),
  method: z
    .enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])
    .default('GET')
    .describe('Method of the request, which has no body.'),
  headers: z
    .record(z.string().min(1), word)
    .meta({ title: 'mapping of names to values', examples: [{ Accept: 'application/json' }] })
    .default({})
    .describe('Headers of the request.'),
  host: hostName
    .describe(
      'The host name to send: the `Host` header, and for https the name that the certificate must have.',
    )
    .exactOptional(),
  status: z
    .union([
      statusCode,
      statusRange,
      z.array(
        z
          .union([statusCode, statusRange])
          .meta({ title: 'HTTP status or range', examples: [200, '200-299'] }),
      ),
    ])
    .meta({ title: 'HTTP status, range, or list of them', examples: [200, '200-299', [200, 404]] })
    .default(200)
    .describe('The status that counts as ready.'),
  body: pattern.describe('What the body of the response must contain.').exactOptional(),
}

/** A condition by its key, with a time of its own. */
function condition<K extends string, T extends z.ZodType>(key: K, value: T) {
  const timeout = duration
    .describe(
      "How long this condition may take from when it is first checked, within the service's `timeout`.",
    )
    .exactOptional()
  return z.strictObject({ [key]: value, timeout } as { [key in K]: T } & { timeout: typeof timeout }).meta({
    title: key,
  })
}

function all<T extends z.ZodType>(one: T, title: string) {
  return z.union([z.literal(true), one]).meta({ title })
}

/** One of the conditions under `ready` of a service. */
export const readyV1Alpha1: z.ZodType<ReadyV1Alpha1, unknown> = z
  .union([
    z
      .enum(words)
      .describe(
        '`rollout`: every workload of the manifests has all its pods ready; Jobs are complete. `job`: all Jobs of the ' +
          'manifests are complete. `endpoints`: every Service of the manifests has ready addresses.',
      ),
    condition('rollout', z.literal(true).describe('Same as the word alone; for a `timeout` of its own.')),
    condition(
      'job',
      all(objectName, '`true`, or name of a Job').describe('The named Job is complete, or all Jobs are.'),
    ),
    condition(
      'endpoints',
      all(objectName, '`true`, or name of a Service').describe(
        'The named Service has ready addresses, or all Services have.',
      ),
    ),
    condition(
      'http',
      z.strictObject(request).describe('A request from the host that must be answered as described here.'),
    ),
    condition(
      'https',
      z
        .strictObject({
          ...request,
          ca: path
            .describe(
              'A PEM file with the certificates to trust instead of the well-known ones; ' +
                '`${generated.NAME.cert.file}` is that of a generated CA.',
            )
            .exactOptional(),
          insecure: z
            .boolean()
            .default(false)
            .describe('Whether to accept any certificate, as Kubernetes probes do.'),
        })
        .describe('The same over TLS.'),
    ),
    condition(
      'tcp',
      z.strictObject({ port: portName }).describe('A port that must accept a connection from the host.'),
    ),
    condition(
      'exec',
      z
        .union([
          command,
          z
            .strictObject({ command: command.describe('The program and its arguments.'), ...choice })
            .meta({ title: 'command and container' }),
        ])
        .meta({ title: 'command, or a mapping with `command`', examples: [['psql', '-c', 'SELECT 1']] })
        .describe('A command that must exit with 0 in a container of the service.'),
    ),
    condition(
      'log',
      z
        .union([
          pattern,
          z
            .strictObject({ line: pattern.describe('What the line must contain.'), ...choice })
            .meta({ title: 'line and container' }),
        ])
        .meta({ title: 'text, /regular expression/, or a mapping with `line`', examples: ['ready to serve'] })
        .describe('A line that a container must have printed since its last start.'),
    ),
    condition(
      'condition',
      z
        .strictObject({
          ...objectFields,
          type: z
            .string()
            .min(1)
            .meta({ title: 'type of a condition', examples: ['Established', 'Ready'] })
            .describe('The type of the entry in `status.conditions`.'),
          status: z
            .union([z.enum(['True', 'False', 'Unknown']), z.boolean()])
            .meta({ title: '`True`, `False` or `Unknown`' })
            .default('True')
            .describe('The status it must have.'),
        })
        .describe('A condition in the status of an object. Not on podman, which has no objects.'),
    ),
    condition(
      'dns',
      z
        .union([
          hostName,
          z
            .strictObject({ name: hostName.describe('The name to look up.'), ...choice })
            .meta({ title: 'name and container' }),
        ])
        .meta({ title: 'name of a host, or a mapping with `name`', examples: ['postgres.shop.svc'] })
        .describe(
          'A name that must resolve in a container of the service; its image needs getent or nslookup.',
        ),
    ),
  ])
  .meta({ title: '`rollout`, `job`, `endpoints`, or a mapping with one of the conditions' }) as z.ZodType<
  ReadyV1Alpha1,
  unknown
>
