import { resolve } from 'node:path'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import { type Conversion, mapOf, wordsOf } from './draft.ts'
import type { FileSource, HelmSource, ManifestSource } from './manifest-source.ts'
import type { HelmV1Alpha1, SourcesV1Alpha1 } from './v1alpha1-sources.ts'

/** Everything that the manifests of a service come from: files first, then what has to be rendered. */
export function convertSources(
  service: string,
  sources: SourcesV1Alpha1,
  at: YamlPath,
  context: Conversion,
): readonly ManifestSource[] {
  return [
    ...fileSources(sources.apply ?? [], [...at, 'apply'], context),
    ...located(sources.kustomize, [...at, 'kustomize'], context, (text) => ({
      kind: 'kustomize' as const,
      directory: resolve(context.root, text),
    })),
    ...(sources.helm === undefined ? [] : [helmSource(service, sources.helm, [...at, 'helm'], context)]),
    ...(sources.command === undefined
      ? []
      : [
          {
            kind: 'command' as const,
            command: wordsOf(context, [...at, 'command'], sources.command),
            location: context.source.locate([...at, 'command']),
          },
        ]),
  ]
}

/** Files, directories and patterns as they are listed at a path. */
export function fileSources(
  list: string | readonly string[],
  at: YamlPath,
  context: Conversion,
): readonly FileSource[] {
  return located(list, at, context, (text) => fileSource(context.root, text))
}

function located<T extends object>(
  list: string | readonly string[] | undefined,
  at: YamlPath,
  { source }: Conversion,
  to: (text: string) => T,
) {
  return listOf(list).map((text, index) => ({ ...to(text), location: source.locate([...at, index]) }))
}

type WithoutLocation<T> = T extends unknown ? Omit<T, 'location'> : never

function fileSource(root: string, text: string): WithoutLocation<FileSource> {
  const wildcard = text.search(/[*?{]/)
  if (wildcard < 0) return { kind: 'path', path: resolve(root, text) }
  const start = text.lastIndexOf('/', wildcard) + 1
  return { kind: 'glob', directory: resolve(root, text.slice(0, start)), pattern: text.slice(start), text }
}

function helmSource(service: string, helm: HelmV1Alpha1, at: YamlPath, context: Conversion): HelmSource {
  const { root, source } = context
  const { chart, repo, version, release = service, namespace } = helm
  return {
    kind: 'helm',
    chart,
    ...(repo === undefined ? {} : { repo }),
    ...(version === undefined ? {} : { version }),
    release,
    ...(namespace === undefined ? {} : { namespace }),
    values: listOf(helm.values).map((path) => resolve(root, path)),
    set: mapOf(helm.set, (name, value) => ({
      text: source.textOf([...at, 'set', name]) ?? String(value),
      isText: typeof value === 'string',
    })),
    setFile: mapOf(helm.setFile, (_, path) => resolve(root, path)),
    location: source.locate([...at, 'chart']),
  }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? [])
}
