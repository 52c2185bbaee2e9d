import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import type { YamlPath, YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { Config } from './config.ts'

/** One name that refers to another, with its place: what the rules about names and cycles look at. */
export interface Link {
  readonly kind: 'image' | 'service' | 'instance' | 'environment' | 'generated'
  readonly from: string
  /** What `to` should be the name of. */
  readonly target: 'image' | 'service' | 'generated'
  readonly to: string
  readonly location: SourceLocation
  /** The service whose need it is, for what an instance has of that. */
  readonly inheritedFrom?: string
}

/** An environment variable that the configuration reads. */
export interface VariableUse {
  readonly variable: string
  readonly location: SourceLocation
}

/** Something of a service that the tests of an environment, or a service, are told. */
export interface ServiceUse {
  readonly by: 'environment' | 'service'
  readonly name: string
  readonly service: string
  readonly of: 'port' | 'output' | 'forward'
  readonly what: string
  readonly location: SourceLocation
}

/** A part of a generated value that something refers to. */
export interface PartUse {
  readonly value: string
  /** Absent means the only one. */
  readonly part?: string
  /** Not all may stand everywhere: a ConfigMap is for everybody to see, and only certificates are trusted. */
  readonly place: 'anywhere' | 'ConfigMap' | 'trust'
  readonly location: SourceLocation
}

/** The configuration as the rules get it: converted, but not yet known to be consistent. */
export interface Draft {
  readonly config: Config
  readonly links: readonly Link[]
  readonly variables: readonly VariableUse[]
  readonly uses: readonly ServiceUse[]
  readonly parts: readonly PartUse[]
}

/** What a conversion reads from, and what it collects on the way. */
export interface Conversion {
  readonly source: YamlSource
  /** Absolute path that relative ones start from. */
  readonly root: string
  readonly project: string
  readonly links: Link[]
  readonly variables: VariableUse[]
  readonly uses: ServiceUse[]
  readonly parts: PartUse[]
  readonly diagnostics: Diagnostic[]
}

/** A list of names as links, each with its place. */
export function linksOf(
  { source }: Conversion,
  path: YamlPath,
  names: readonly string[],
  link: Pick<Link, 'kind' | 'from' | 'target'>,
): Link[] {
  return names.map((to, index) => ({ ...link, to, location: source.locate([...path, index]) }))
}

/** Whether the file says something at a path, be it what the default is as well. */
export function isWritten({ source }: Pick<Conversion, 'source'>, path: YamlPath): boolean {
  return (
    path.reduce<unknown>((at, step) => (isMapping(at) ? at[step] : undefined), source.value) !== undefined
  )
}

/** Words as they are written: YAML's `1.20` is the text `1.20`, not the number 1.2. */
export function wordsOf({ source }: Conversion, path: YamlPath, list: readonly unknown[]): string[] {
  return list.map((word, index) => source.textOf([...path, index]) ?? String(word))
}

/** A record as a map in the same order, its values converted. */
export function mapOf<V, R>(
  record: Readonly<Record<string, V>>,
  convert: (name: string, value: V) => R,
): Map<string, R> {
  return new Map(Object.entries(record).map(([name, value]) => [name, convert(name, value)]))
}

/** Notes that the value at a path is not as it should be. */
export function refuse(
  { source, diagnostics }: Conversion,
  path: YamlPath,
  message: string,
  hint: string,
): void {
  diagnostics.push({
    code: 'E_CONFIG_INVALID',
    severity: 'error',
    message,
    location: source.locate(path),
    hint,
  })
}
