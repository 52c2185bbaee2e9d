import { z } from 'zod'
import {
  command,
  duration,
  name,
  names,
  path,
  paths,
  size,
  variableName,
  type Word,
  word,
} from './v1alpha1-words.ts'

export interface EnvironmentV1Alpha1 {
  services: string[]
  default: boolean
  cluster: ClusterV1Alpha1
  test?: TestV1Alpha1
  evidence: EvidenceV1Alpha1
}

export interface ClusterV1Alpha1 {
  provider: 'podman' | 'kind'
  config?: string
  image?: string
  crds: string | string[]
  namespaces: string[]
}

export interface TestV1Alpha1 {
  run: string | Word[]
  env: Record<string, Word>
  timeout: string
}

export interface EvidenceV1Alpha1 {
  when: 'never' | 'on-failure' | 'always'
  timeout: string
  maxSize: string
}

const cluster = z
  .strictObject({
    provider: z
      .enum(['podman', 'kind'])
      .default('podman')
      .describe(
        '`podman` runs the manifests as pods, without a cluster; `kind` runs them in a Kind cluster of their ' +
          'own.',
      ),
    config: path
      .meta({ examples: ['test/kind.yaml'] })
      .describe("The project's own Kind configuration, to which ports and a mount are added.")
      .exactOptional(),
    image: z
      .string()
      .min(1)
      .meta({ title: 'image reference', examples: ['docker.io/kindest/node:v1.33.1@sha256:…'] })
      .describe('Image of the nodes. Default: that of the Kind configuration, or of the `kind` program.')
      .exactOptional(),
    crds: paths
      .meta({
        title: 'path or list of paths',
        examples: ['config/crd/bases', ['config/crd/bases', 'deploy/crds/*.yaml']],
      })
      .default([])
      .describe(
        'CustomResourceDefinitions, from files, directories and patterns as in `apply`. They are applied, ' +
          'and established, before any service.',
      ),
    namespaces: names
      .meta({ examples: [['shop', 'shop-jobs']] })
      .default([])
      .describe('Namespaces to create before any service.'),
  })
  .default({ provider: 'podman', crds: [], namespaces: [] })
  .describe('What serves the environment.')

const test = z
  .strictObject({
    run: z
      .union([z.string().min(1), command])
      .meta({ title: 'command', examples: ['npx vitest run test/e2e', ['go', 'test', './test/e2e/...']] })
      .describe(
        'The tests: a line for the shell, or a list of a program and its arguments; run in the directory of ' +
          'this file.',
      ),
    env: z
      .record(variableName, word)
      .meta({
        title: 'mapping of environment variables',
        examples: [{ GATEWAY_URL: '${services.gateway.ports.api.url}' }],
      })
      .default({})
      .describe(
        'Variables for the tests, beside the `KINDLING_…` ones. `${services.NAME.ports.PORT.url}` is the ' +
          'address of a service, with `.host` and `.port` as its parts; `${services.NAME.outputs.OUTPUT}` is ' +
          'an output; `${generated.NAME.PART}` is a generated value, and with `.file` at its end the path of ' +
          'its file; `${images.NAME.ref}` and `${env.NAME}` are as in `args`.',
      ),
    timeout: duration.default('30m').describe('After this long the tests are stopped and count as failed.'),
  })
  .meta({ title: 'tests', examples: [{ run: 'npx vitest run test/e2e' }] })
  .describe('What `kindling test` runs once the environment is up.')
  .exactOptional()

const evidence = z
  .strictObject({
    when: z
      .enum(['never', 'on-failure', 'always'])
      .default('on-failure')
      .describe(
        'When to gather it; an interrupted run counts as failed. `--evidence` overrides it for one run.',
      ),
    timeout: duration
      .default('30s')
      .describe(
        'After this long, gathering ends with what has been found. After an interrupt it takes 5 s at most.',
      ),
    maxSize: size
      .default('64MiB')
      .describe('The size of all evidence of a run together; of files that are too long, the end is kept.'),
  })
  .default({ when: 'on-failure', timeout: '30s', maxSize: '64MiB' })
  .describe(
    'Logs, events, objects and facts about the machine, gathered into the run directory before anything ' +
      'is removed.',
  )

/** The schema of one of the `environments`. */
export const environmentV1Alpha1: z.ZodType<EnvironmentV1Alpha1, unknown> = z
  .strictObject({
    services: z
      .array(name)
      .min(1)
      .meta({ title: 'list of names of services, at least one', examples: [['gateway']] })
      .describe('The services to bring up; those they need come along.'),
    default: z
      .boolean()
      .default(false)
      .describe('Whether this is the environment to use when none is named on the command line.'),
    cluster,
    test,
    evidence,
  })
  .meta({ title: 'environment' })
