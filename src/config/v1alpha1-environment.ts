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
        '`podman` runs the manifests as pods, without a cluster; `kind` in a Kind cluster of their own.',
      ),
    config: path
      .meta({ examples: ['test/kind.yaml'] })
      .describe("The project's own Kind configuration; ports and mounts are added to it.")
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
        'Definitions of custom resources, from files, directories and patterns as in `apply`: they are applied before ' +
          'every service, and have to be established first.',
      ),
    namespaces: names
      .meta({ examples: [['shop', 'shop-jobs']] })
      .default([])
      .describe('Namespaces that are there before every service.'),
  })
  .default({ provider: 'podman', crds: [], namespaces: [] })
  .describe('What serves the environment.')

const test = z
  .strictObject({
    run: z
      .union([z.string().min(1), command])
      .meta({ title: 'command', examples: ['npx vitest run test/e2e', ['go', 'test', './test/e2e/...']] })
      .describe(
        'The tests: a line for the shell, or a list of program and arguments, run in the directory of this file.',
      ),
    env: z
      .record(variableName, word)
      .meta({
        title: 'mapping of environment variables',
        examples: [{ GATEWAY_URL: '${services.gateway.ports.api.url}' }],
      })
      .default({})
      .describe(
        'Variables for the tests, added to `KINDLING_…`. `${services.NAME.ports.PORT.url}` is the address of a ' +
          'service, `.host` and `.port` are its parts; `${services.NAME.outputs.OUTPUT}` an output; ' +
          '`${generated.NAME.PART}` what was generated, with `.file` the path of its file; ' +
          '`${images.NAME.ref}` and `${env.NAME}` as in `args`.',
      ),
    timeout: duration.default('30m').describe('After this long the tests are stopped and have failed.'),
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
        'When it is gathered; an interrupted run has failed, too. `--evidence` says otherwise for one run.',
      ),
    timeout: duration
      .default('30s')
      .describe(
        'After this long, what has been found is all there is. After an interrupt it is 5 s at most.',
      ),
    maxSize: size
      .default('64MiB')
      .describe('All files of a run together get no larger; of what is too long, the end is kept.'),
  })
  .default({ when: 'on-failure', timeout: '30s', maxSize: '64MiB' })
  .describe(
    'Logs, events, objects and facts about the machine, gathered into the directory of the run before anything is ' +
      'removed.',
  )

/** The schema of one of the `environments`. */
export const environmentV1Alpha1: z.ZodType<EnvironmentV1Alpha1, unknown> = z
  .strictObject({
    services: z
      .array(name)
      .min(1)
      .meta({ title: 'list of names of services, at least one', examples: [['gateway']] })
      .describe('The services to bring up; what they need comes along.'),
    default: z
      .boolean()
      .default(false)
      .describe('Whether this is the environment meant when none is named on the command line.'),
    cluster,
    test,
    evidence,
  })
  .meta({ title: 'environment' })
