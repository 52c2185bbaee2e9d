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

const secret = z
  .boolean()
  .default(false)
  .describe('Whether it is kept out of all output, and out of `env.json`.')

const lineExpression = z
  .string()
  .min(1)
  .meta({ title: 'regular expression', examples: ['token=(\\S+)'] })

const output = z
  .union([
    z
      .strictObject({
        stdout: lineExpression.describe(
          'For a line on the standard output of `run`: the first that matches; the first group of it is the value, ' +
            'or all that matches where there is no group.',
        ),
        secret,
      })
      .meta({ title: 'stdout' }),
    z
      .strictObject({
        log: lineExpression.describe(
          'The same for a line that a container has printed since it was last started.',
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
            'The field, as `kubectl get -o jsonpath` takes it, as long as it leads to one value: names and numbers of ' +
              'items. What is in the `data` of a Secret is decoded, and secret. Not on podman, which has no objects.',
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
    service: name.describe('Name of a Kubernetes Service in the manifests of a service it needs.'),
    namespace: name
      .describe('Namespace of the Service, where several have one of that name.')
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
      'A step, instead of manifests: a line for the shell, or a list of program and arguments, run on this machine in ' +
        'the directory of this file once everything under `needs` is ready. What needs it waits until it has ended ' +
        'with 0.',
    )
    .exactOptional(),
  forwards: z
    .record(name, forward)
    .meta({ title: 'mapping of forwards', examples: [{ db: { service: 'postgres', port: 5432 } }] })
    .default({})
    .describe(
      'Ports on 127.0.0.1, free ones, that lead to Services while `run` runs: `${forwards.NAME.host}`, `.port` and ' +
        '`.url` in its `env`.',
    ),
  inputs: z
    .union([path, z.array(path)])
    .meta({ title: 'path or list of paths', examples: ['db/migrations', ['db/**/*.sql']] })
    .describe(
      'The files that decide what `run` does, as under `apply`, directories with all that is below them. While they, ' +
        'the command, its `env` and everything it needs stay as they are, the next `up` does not run it again. ' +
        'Default: nobody knows, and each `up` runs it. `[]`: none.',
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
      'Variables for `run`, or for every container of the manifests, where they win over those of the same name. ' +
        '`${services.NAME.outputs.OUTPUT}` is an output of another service and makes this one need it, as does ' +
        '`${services.NAME.ports.PORT.url}`, its address on this machine; `${images.NAME.ref}` and `${env.NAME}` as ' +
        'in `args`.',
    ),
  outputs: z
    .record(name, output)
    .meta({ title: 'mapping of outputs', examples: [{ token: { log: 'token=(\\S+)' } }] })
    .default({})
    .describe(
      'What is read off it once it is ready, for others to use as `${services.NAME.outputs.OUTPUT}`.',
    ),
} satisfies Record<keyof StepV1Alpha1, z.ZodType>
