import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { Release } from './findings.ts'

/** Where the objects of a service come from. */
export type UnitSource = { readonly kind: 'apply'; readonly paths: readonly string[] } | RenderedSource

/** What a program has to render before its objects are known. */
export type RenderedSource =
  | { readonly kind: 'kustomize'; readonly directory: string }
  | { readonly kind: 'helm'; readonly release: Release }

/** What becomes one service: objects that are applied together. */
export interface Unit {
  readonly name: string
  readonly source: UnitSource
  readonly objects: readonly KubernetesObject[]
  /** What was guessed about it. */
  readonly comments: readonly string[]
}

/** The path that says where a unit comes from, for messages. */
export function placeOf({ source }: Pick<Unit, 'source'>): string {
  switch (source.kind) {
    case 'apply':
      return source.paths.join(', ')
    case 'kustomize':
      return source.directory
    case 'helm':
      return source.release.chart
  }
}
