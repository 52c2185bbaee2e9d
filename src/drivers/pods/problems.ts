import type { z } from 'zod'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ManifestProblem } from '../cluster.ts'

export type Path = readonly (string | number)[]

/** Gathers what is wrong with one object; reading goes on after a problem, so that all are told at once. */
export class ObjectReader {
  readonly service: string
  readonly object: KubernetesObject
  readonly #problems: ManifestProblem[]

  constructor(service: string, object: KubernetesObject, problems: ManifestProblem[]) {
    this.service = service
    this.object = object
    this.#problems = problems
  }

  /** The object in the form a schema describes, or `undefined` after telling every deviation. */
  read<T>(schema: z.ZodType<T>): T | undefined {
    const result = schema.safeParse(this.object)
    if (result.success) return result.data
    for (const issue of result.error.issues) this.invalid(issue.path as Path, issue.message)
    return undefined
  }

  invalid(path: Path, message: string, hint?: string): void {
    this.#add('invalid', path, message, hint)
  }

  unsupported(path: Path, what: string, hint = 'use a Kind cluster for this environment'): void {
    this.#add('unsupported', path, `${what} cannot be served by pods on podman`, hint)
  }

  #add(kind: ManifestProblem['kind'], path: Path, message: string, hint: string | undefined): void {
    const { service, object } = this
    this.#problems.push({ service, object, path, kind, message, ...(hint === undefined ? {} : { hint }) })
  }
}
