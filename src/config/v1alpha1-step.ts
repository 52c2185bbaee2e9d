import { z } from 'zod'
import {
  type ChoiceV1Alpha1,
  choice,
  command,
  name,
  type ObjectV1Alpha1,
  objectFields,
  path,
  port,
  variableName,
  type Word,
  word,
} from './v1alpha1-words.ts'

/** The keys of a service that is a step, and those of what goes into and comes out of any service. */
export interface StepV1Alpha1 {
  run?: string | Word[]
  forwards: Record<string, { service: string; namespace?: string; port: number | string }>
  inputs?: string | string[]
  env: Record<string, Word>
  outputs: Record<string, OutputV1Alpha1>
}

export type OutputV1Alpha1 = { secret: boolean } & (
  | { stdout: string }
  | ({ log: string } & ChoiceV1Alpha1)
  | ({ jsonPath: string } & ObjectV1Alpha1)
)

const secret = z.boolean().default(false).describe('Whether it is kept out of all output and of `env.json`.')

const lineExpression = z
  .string()
  .min(1)
  .meta({ title: 'regular expression', examples: ['token=(\\S+)'] })

const output = z
  .union([
    z
      .strictObject({
        stdout: lineExpression.describe(
          'Matched against the lines that `run` prints to standard output; the first match counts. The value ' +
            'is its first group or, without a group, the whole match.',
        ),
        secret,
      })
      .meta({ title: 'stdout' }),
    z
      .strictObject({
        log: lineExpression.describe(
          'The same for the lines that a container has printed since its last start.',
        ),
        ...choice,
        secret,
      })
      .meta({ title: 'log' }),
    z
      .strictObject({
        ...objectFields,
        jsonPath: z
          .string()
          .min(1)
          .meta({ title: 'JSONPath', examples: ['{.spec.clusterIP}', "{.data['tls.crt']}"] })
          .describe(
            'The field, written as for `kubectl get -o jsonpath`, limited to paths that lead to one value: names ' +
              'and item numbers. What is in the `data` of a Secret is decoded, and treated as secret. Not on ' +
              'podman, which has no objects.',
          ),
        secret,
      })
      .meta({ title: 'object' }),
  ])
  .meta({
    title: 'mapping with `stdout`, `log`, or `object` and `jsonPath`',
    examples: [{ log: 'token=(\\S+)' }, { object: 'Service/api', jsonPath: '{.spec.clusterIP}' }],
  })

const forward = z
  .strictObject({
    service: name.describe('Name of a Kubernetes Service in the manifests of a service that this one needs.'),
    namespace: name
      .describe('Namespace of the Service, if several namespaces have one of that name.')
      .exactOptional(),
    port: z
      .union([port, name])
      .meta({ title: 'number or name of a port', examples: [5432, 'postgres'] })
      .describe('Port of the Service.'),
  })
  .meta({ title: 'forward', examples: [{ service: 'postgres', port: 5432 }] })

/** The part of a service's schema that goes with `run`, and what all services can be told and tell. */
export const stepV1Alpha1 = {
  run: z
    .union([z.string().min(1), command])
    .meta({ title: 'command', examples: ['npx knex migrate:latest', ['npx', 'knex', 'migrate:latest']] })
    .describe(
      'A step instead of manifests: a line for the shell, or a list of a program and its arguments, run on ' +
        'this machine in the directory of this file once everything under `needs` is ready. Whatever needs ' +
        'the step waits until it has exited with 0.',
    )
    .exactOptional(),
  forwards: z
    .record(name, forward)
    .meta({ title: 'mapping of forwards', examples: [{ db: { service: 'postgres', port: 5432 } }] })
    .default({})
    .describe(
      'Free ports on 127.0.0.1 that lead to Services while `run` runs: `${forwards.NAME.host}`, `.port` ' +
        'and `.url` in its `env`.',
    ),
  inputs: z
    .union([path, z.array(path)])
    .meta({ title: 'path or list of paths', examples: ['db/migrations', ['db/**/*.sql']] })
    .describe(
      'The files that decide what `run` does, written as under `apply`; a directory counts with everything ' +
        'below it. As long as these, the command, its `env` and everything it needs stay the same, the next ' +
        '`up` does not run it again. Default: unknown, so every `up` runs it. `[]` means that no file ' +
        'matters.',
    )
    .exactOptional(),
  env: z
    .record(variableName, word)
    .meta({
      title: 'mapping of environment variables',
      examples: [{ API_TOKEN: '${services.seed.outputs.token}' }],
    })
    .default({})
    .describe(
      'Variables for `run`, or for every container of the manifests, where they win over those of the same ' +
        'name. `${services.NAME.outputs.OUTPUT}` is an output of another service, and ' +
        '`${services.NAME.ports.PORT.url}` its address on this machine; either makes this service need it. ' +
        '`${images.NAME.ref}` and `${env.NAME}` are as in `args`.',
    ),
  outputs: z
    .record(name, output)
    .meta({ title: 'mapping of outputs', examples: [{ token: { log: 'token=(\\S+)' } }] })
    .default({})
    .describe(
      'Values that are read from it once it is ready, for others to use as ' +
        '`${services.NAME.outputs.OUTPUT}`.',
    ),
} satisfies Record<keyof StepV1Alpha1, z.ZodType>
