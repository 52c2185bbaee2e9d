import type { KubernetesObject } from '../util/kubernetes-object.ts'

/** Something that is applied on its own, and has to be complete before anything else goes on. */
export interface HookStep {
  /** The rest of the service. */
  readonly when: 'before' | 'after'
  /** Unique among the steps of a service that come at the same time. */
  readonly name: string
  /** In the order in which they are applied; the last is what runs to completion, if anything does. */
  readonly objects: readonly KubernetesObject[]
}

/** The objects of a service, told apart by when they are applied. */
interface SplitHooks {
  readonly objects: readonly KubernetesObject[]
  /** First those before, then those after, in order. */
  readonly hooks: readonly HookStep[]
}

/**
 * Takes helm's hooks out of the objects of a service. `up` is an installation: hooks that are only for upgrades,
 * rollbacks, deletions or tests are in neither part. Hooks are ordered by weight, and at the same weight those that run
 * come after what they may use; one step ends with each that runs.
 */
export function splitHooks(all: readonly KubernetesObject[]): SplitHooks {
  return {
    objects: all.filter((object) => eventsOf(object) === undefined),
    hooks: [...stepsOf(all, 'before', ['pre-install']), ...stepsOf(all, 'after', ['post-install'])],
  }
}

function stepsOf(
  all: readonly KubernetesObject[],
  when: HookStep['when'],
  events: readonly string[],
): HookStep[] {
  const hooks = all.filter((object) => eventsOf(object)?.some((event) => events.includes(event))).sort(byTurn)
  const groups: KubernetesObject[][] = []
  let open: KubernetesObject[] | undefined
  for (const object of hooks) {
    if (open === undefined) {
      open = []
      groups.push(open)
    }
    open.push(object)
    if (isRun(object)) open = undefined
  }
  const taken = new Map<string, number>()
  return groups.map((objects) => {
    const base = objects.at(-1)?.metadata.name ?? ''
    const count = (taken.get(base) ?? 0) + 1
    taken.set(base, count)
    return { when, name: count === 1 ? base : `${base}-${count}`, objects }
  })
}

/** What helm would apply it at; undefined for what is no hook. */
function eventsOf({ metadata }: KubernetesObject): readonly string[] | undefined {
  const annotation: unknown = metadata.annotations?.['helm.sh/hook']
  // As with helm, an empty annotation is none.
  if (typeof annotation !== 'string' || annotation === '') return undefined
  return annotation.split(',').map((event) => event.trim())
}

function isRun({ kind }: KubernetesObject): boolean {
  return kind === 'Job' || kind === 'Pod'
}

function byTurn(a: KubernetesObject, b: KubernetesObject): number {
  return (
    weightOf(a) - weightOf(b) ||
    Number(isRun(a)) - Number(isRun(b)) ||
    compare(a.kind, b.kind) ||
    compare(a.metadata.name, b.metadata.name)
  )
}

function weightOf({ metadata }: KubernetesObject): number {
  return Number.parseInt(metadata.annotations?.['helm.sh/hook-weight'] ?? '', 10) || 0
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
