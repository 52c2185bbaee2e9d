import { z } from 'zod'
import { command, name, path, paths, type Word, word } from './v1alpha1-words.ts'

/** The keys of a service that say what its manifests are. */
export interface SourcesV1Alpha1 {
  apply?: string | string[]
  kustomize?: string | string[]
  helm?: HelmV1Alpha1
  command?: Word[]
}

export interface HelmV1Alpha1 {
  chart: string
  repo?: string
  version?: string
  release?: string
  namespace?: string
  values: string | string[]
  set: Record<string, Word>
  setFile: Record<string, string>
}

const valueName = z
  .string()
  .min(1)
  .meta({ title: 'name of a value', examples: ['image.tag'] })

const helm = z
  .strictObject({
    chart: z
      .string()
      .min(1)
      .meta({ title: 'chart', examples: ['charts/gateway', 'oci://ghcr.io/acme/charts/gateway'] })
      .describe(
        'The chart: a directory or archive, relative to this file; `repository/chart`; or an `oci://` reference.',
      ),
    repo: z
      .string()
      .min(1)
      .meta({ title: 'URL', examples: ['https://charts.example.com'] })
      .describe('The URL of the repository of the chart, if it has not been added to helm.')
      .exactOptional(),
    version: z
      .string()
      .min(1)
      .meta({ title: 'version of a chart', examples: ['1.4.2'] })
      .describe('The version of the chart. Default: the newest, for a chart from a repository.')
      .exactOptional(),
    release: name.describe('The name of the release. Default: the name of the service.').exactOptional(),
    namespace: name
      .describe('The namespace of the release, for objects that name none. Default: that of the service.')
      .exactOptional(),
    values: paths
      .meta({ title: 'path or list of paths', examples: ['deploy/values.yaml', ['deploy/values-e2e.yaml']] })
      .default([])
      .describe('Files with values; later ones win.'),
    set: z
      .record(valueName, word)
      .meta({
        title: 'mapping of values',
        examples: [{ replicas: 1, 'image.repository': 'shop/gateway' }],
      })
      .default({})
      .describe(
        'Single values, which win over those from files. Numbers, `true`, `false` and `null` keep their type ' +
          'unless they are quoted; anything else is text.',
      ),
    setFile: z
      .record(valueName, path)
      .meta({ title: 'mapping of paths', examples: [{ 'config.text': 'deploy/gateway.conf' }] })
      .default({})
      .describe('Values that are the text of a file.'),
  })
  .meta({ title: 'helm chart', examples: [{ chart: 'charts/gateway', set: { replicas: 1 } }] })

/** The keys of `SourcesV1Alpha1`. */
export const sourceKeys = ['apply', 'kustomize', 'helm', 'command'] as const

/** The part of a service's schema that says what its manifests are. */
export const sourcesV1Alpha1 = {
  apply: paths
    .meta({
      title: 'path or list of paths',
      examples: ['deploy/postgres.yaml', ['deploy/gateway', 'deploy/crds/**/*.yaml']],
    })
    .describe(
      'Manifests from files: a file, a directory (every `.yaml`, `.yml` and `.json` file directly in it), ' +
        'or a pattern with `*`, `**` (any directories below), `?` and `{a,b}`. A service needs at least one ' +
        'of `apply`, `kustomize`, `helm` and `command`, and may have several; or it has `run` instead.',
    )
    .exactOptional(),
  kustomize: paths
    .meta({ title: 'directory or list of directories', examples: ['deploy/overlays/e2e'] })
    .describe(
      'Manifests from kustomizations, rendered by `kustomize` or, if that is missing, `kubectl kustomize`.',
    )
    .exactOptional(),
  helm: helm
    .describe(
      'Manifests from a chart, rendered by `helm template`. Install hooks run before and after the rest of ' +
        'the service; hooks for upgrades, rollbacks, deletions and tests are left out.',
    )
    .exactOptional(),
  command: command
    .meta({
      title: 'command as a list of program and arguments',
      examples: [['node', 'deploy/manifests.mjs']],
    })
    .describe("Manifests from the standard output of a command, run in this file's directory.")
    .exactOptional(),
} satisfies Record<(typeof sourceKeys)[number], z.ZodType>
