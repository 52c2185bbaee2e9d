import { z } from 'zod'
import { platformPattern } from '../util/platform.ts'
import { type CoverageV1Alpha1, coverageV1Alpha1 } from './v1alpha1-coverage.ts'
import { type EnvironmentV1Alpha1, environmentV1Alpha1 } from './v1alpha1-environment.ts'
import { type GeneratedV1Alpha1, generatedV1Alpha1 } from './v1alpha1-generated.ts'
import { type LintV1Alpha1, lintV1Alpha1 } from './v1alpha1-lint.ts'
import { type ServiceV1Alpha1, serviceV1Alpha1 } from './v1alpha1-service.ts'
import { command, duration, name, names, path, size, type Word, word } from './v1alpha1-words.ts'

/** The value of `apiVersion` this schema describes. */
export const apiVersion = 'kindling/v1alpha1'

/** `kindling.yaml` as its authors write it, defaults filled in: the public, versioned side of the configuration. */
export interface ConfigV1Alpha1 {
  apiVersion: typeof apiVersion
  project: string
  images: Record<string, ImageV1Alpha1>
  generated: Record<string, GeneratedV1Alpha1>
  services: Record<string, ServiceV1Alpha1>
  environments: Record<string, EnvironmentV1Alpha1>
  lint: LintV1Alpha1
}

export type ImageV1Alpha1 = BuiltImageV1Alpha1 | ExternalImageV1Alpha1

export interface BuiltImageV1Alpha1 {
  repository?: string
  dockerfile: string
  context: string
  target?: string
  args: Record<string, Word>
  coverage?: CoverageV1Alpha1
  needs: string[]
  secrets: Record<string, { env: string } | { file: string }>
  memory: string
  timeout: string
  platform?: string | string[]
}

export interface ExternalImageV1Alpha1 {
  pull: string
  rootfs?: Word[]
}

const buildArgs = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_]\w*$/)
      .meta({ title: 'name of a build argument' }),
    word,
  )
  .meta({
    title: 'mapping of build arguments',
    examples: [{ BUILD_MODE: 'release', BASE: '${images.base.ref}' }],
  })

const platform = z
  .string()
  .regex(platformPattern)
  .meta({ title: 'platform', examples: ['linux/amd64', 'linux/arm64'] })

const builtImage = z
  .strictObject({
    dockerfile: path
      .describe('The Dockerfile to build it from.')
      .meta({ examples: ['docker/gateway.Dockerfile'] }),
    repository: z
      .string()
      .min(1)
      .meta({ title: 'repository without a tag', examples: ['shop/gateway'] })
      .describe('Its name in the manifests, without a tag. Default: `<project>/<name>`.')
      .exactOptional(),
    context: path.default('.').describe('The build context.'),
    target: z
      .string()
      .min(1)
      .meta({ title: 'name of a stage', examples: ['production'] })
      .describe('The stage of the Dockerfile to build. Default: the last one.')
      .exactOptional(),
    args: buildArgs
      .default({})
      .describe(
        'Build arguments. `${images.NAME.ref}` is the reference of another image in this run, and makes this ' +
          'image need that one; `${env.NAME}` is an environment variable; `$${` stands for a literal `${`.',
      ),
    coverage: coverageV1Alpha1(buildArgs)
      .describe('How to measure its coverage, for runs with `--coverage` or `E2E_COVERAGE=true`.')
      .exactOptional(),
    needs: names
      .default([])
      .describe(
        'Images that must be there before this one is built. Those in `FROM`, `COPY --from` and ' +
          '`${images.…}` count by themselves.',
      ),
    secrets: z
      .record(
        z
          .string()
          .regex(/^[\w.-]+$/)
          .meta({ title: 'id of a secret' }),
        z
          .union([
            z
              .strictObject({
                env: z
                  .string()
                  .min(1)
                  .describe('The environment variable that holds it.')
                  .meta({ examples: ['NPM_TOKEN'] }),
              })
              .meta({ title: 'secret from a variable' }),
            z
              .strictObject({ file: path.describe('The file that holds it.').meta({ examples: ['.npmrc'] }) })
              .meta({ title: 'secret from a file' }),
          ])
          .meta({ title: 'mapping with `env` or `file`' }),
      )
      .meta({
        title: 'mapping of secrets',
        examples: [{ npmrc: { file: '.npmrc' }, token: { env: 'NPM_TOKEN' } }],
      })
      .default({})
      .describe(
        'Secrets for `RUN --mount=type=secret,id=…`. They end up in no layer and no output. A new value ' +
          'alone is no reason to build again; a new name is.',
      ),
    memory: size
      .default('512MiB')
      .describe(
        'How much memory the build takes at most; builds run together only while they fit. A build that took ' +
          'more in an earlier run is given that.',
      ),
    timeout: duration.default('30m').describe('After this long the build is stopped and counts as failed.'),
    platform: z
      .union([platform, z.array(platform).min(1)])
      .meta({
        title: 'platform, or list of platforms',
        examples: ['linux/amd64', ['linux/amd64', 'linux/arm64']],
      })
      .describe(
        'The platform to build for. Default: that of the container engine. If there are several, `kindling ' +
          'build` builds all of them, and environments use the one of this machine.',
      )
      .exactOptional(),
  })
  .meta({ title: 'image that is built' })

const externalImage = z
  .strictObject({
    pull: z
      .string()
      .min(1)
      .meta({ title: 'image reference', examples: ['docker.io/library/postgres:16-alpine'] })
      .describe('The reference to pull. A short name means `docker.io/library/…`, no tag means `latest`.'),
    rootfs: command
      .meta({ examples: [['sh', 'images/rootfs.sh', 'nodejs']] })
      .describe(
        "For machines that cannot reach the registry: a command, run in this file's directory, that writes a " +
          'root file system as tar to stdout. The image is imported from that instead.',
      )
      .exactOptional(),
  })
  .meta({ title: 'image that is pulled' })

/** The schema of `kindling.yaml`: validation, the JSON schema and the reference page all come from it. */
export const schemaV1Alpha1: z.ZodType<ConfigV1Alpha1> = z.strictObject({
  apiVersion: z.literal(apiVersion).describe('The version of this format.'),
  project: name.describe('Name of the project, with which the names of its images and containers begin.'),
  images: z
    .record(
      name,
      z.union([builtImage, externalImage]).meta({
        title: 'image',
        examples: [
          { dockerfile: 'docker/gateway.Dockerfile' },
          { pull: 'docker.io/library/postgres:16-alpine' },
        ],
      }),
    )
    .default({})
    .describe('The images of the project by name: built from a Dockerfile, or pulled.'),
  generated: z
    .record(name, generatedV1Alpha1)
    .default({})
    .describe(
      'Passwords, tokens, certificates and keys by name. They are made once per environment, and passed on ' +
        'as `${generated.NAME.PART}`, as Secrets and ConfigMaps, and as files for the tests.',
    ),
  services: z.record(name, serviceV1Alpha1).default({}).describe('The services by name.'),
  environments: z
    .record(name, environmentV1Alpha1)
    .default({})
    .describe('Sets of services that are brought up together, by name.'),
  lint: lintV1Alpha1,
})
