import type { KubernetesClient, ObjectKind } from './kubernetes-client.ts'

/** Finds kinds by their name alone, in the version that the server prefers; what it has found, it remembers. */
export class KindFinder {
  readonly #client: KubernetesClient
  readonly #found = new Map<string, readonly ObjectKind[]>()

  constructor(client: KubernetesClient) {
    this.#client = client
  }

  /** Several where API groups have the same name for something of theirs; none as long as no CRD has brought it. */
  async find(kind: string, signal: AbortSignal | undefined): Promise<readonly ObjectKind[]> {
    const known = this.#found.get(kind)
    if (known !== undefined) return known
    const kinds = await this.#client.kinds(signal === undefined ? {} : { signal })
    const found = kinds.filter((each) => each.kind === kind).map(({ apiVersion }) => ({ apiVersion, kind }))
    if (found.length > 0) this.#found.set(kind, found)
    return found
  }
}
