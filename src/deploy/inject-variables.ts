import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { containersOf } from './pod-specs.ts'

/**
 * A copy of an object in which every container of its pods, init containers too, has these variables; they take the
 * place of those of the same name, wherever these come from. The original is not changed.
 */
export function injectVariables(
  object: KubernetesObject,
  variables: Readonly<Record<string, string>>,
): KubernetesObject {
  if (Object.keys(variables).length === 0 || !hasContainers(object)) return object
  const copy = structuredClone(object)
  for (const container of containersOf(copy)) giveVariables(container, variables)
  return copy
}

/** Gives a container variables, in the place of those it has of the same name. */
export function giveVariables(
  container: Record<string, unknown>,
  variables: Readonly<Record<string, string>>,
): void {
  const own = Array.isArray(container.env) ? (container.env as readonly unknown[]) : []
  container.env = merged(own, variables)
}

/** Whether an object is a workload, with containers to give variables to. */
export function hasContainers(object: KubernetesObject): boolean {
  return containersOf(object).length > 0
}

/** Kubernetes reads `$(NAME)` in a value: this text comes out as it was. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$')
}

/** In their places, which decide what other variables may refer to; what is new comes last. */
function merged(own: readonly unknown[], variables: Readonly<Record<string, string>>): unknown[] {
  const left = new Map(Object.entries(variables))
  const env = own.flatMap((entry) => {
    if (!isMapping(entry) || typeof entry.name !== 'string' || !(entry.name in variables)) return [entry]
    const value = left.get(entry.name)
    left.delete(entry.name)
    // Of two with one name, the last would win.
    return value === undefined ? [] : [{ name: entry.name, value }]
  })
  return [...env, ...[...left].map(([name, value]) => ({ name, value }))]
}
