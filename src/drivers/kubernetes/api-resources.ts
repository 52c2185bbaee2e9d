import { groupOf, type ObjectKind } from './kubernetes-client.ts'
import { isNotFound, KubernetesError } from './kubernetes-error.ts'

/** Where the objects of a kind are. */
export interface ApiResource extends ObjectKind {
  /** `/apis/apps/v1`. */
  readonly root: string
  readonly plural: string
  readonly isNamespaced: boolean
  readonly verbs: readonly string[]
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string
    readonly kind: string
    readonly namespaced: boolean
    readonly verbs?: readonly string[]
  }[]
}

interface GroupList {
  readonly groups?: readonly { readonly preferredVersion: { readonly groupVersion: string } }[]
}

/** Takes no signal: what is asked for serves all callers, whoever asked first. */
type Fetch = (path: string) => Promise<unknown>

/** Knows the kinds of a cluster, as its server tells them; each group and version is asked for once. */
export class ApiResources {
  readonly #fetch: Fetch
  readonly #byVersion = new Map<string, Promise<readonly ApiResource[]>>()

  constructor(fetch: Fetch) {
    this.#fetch = fetch
  }

  /** A kind that is not known is looked for once more, since its CRD may just have come. */
  async find({ apiVersion, kind }: ObjectKind, action: string): Promise<ApiResource> {
    const isWanted = (resource: ApiResource) => resource.kind === kind
    const known = (await this.#resourcesOf(apiVersion)).find(isWanted)
    if (known !== undefined) return known
    this.#byVersion.delete(apiVersion)
    const found = (await this.#resourcesOf(apiVersion)).find(isWanted)
    if (found !== undefined) return found
    throw new KubernetesError({
      action,
      status: 404,
      reason: 'NoSuchKind',
      serverMessage: `the cluster has no kind ${kind} in ${apiVersion}; its CRD is not there`,
    })
  }

  /** All of them, each group in the version that the server prefers. */
  async all(): Promise<readonly ApiResource[]> {
    const { groups = [] } = (await this.#fetch('/apis')) as GroupList
    const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)]
    const lists = await Promise.all(
      versions.map((version) =>
        this.#resourcesOf(version).catch((error: unknown) => {
          // A group that another server serves, which may be away; nothing of ours is there.
          if (error instanceof KubernetesError && groupOf(version) !== '') return []
          throw error
        }),
      ),
    )
    return lists.flat()
  }

  #resourcesOf(apiVersion: string): Promise<readonly ApiResource[]> {
    const known = this.#byVersion.get(apiVersion)
    if (known !== undefined) return known
    const asked = this.#ask(apiVersion)
    this.#byVersion.set(apiVersion, asked)
    asked.catch(() => this.#byVersion.delete(apiVersion))
    return asked
  }

  async #ask(apiVersion: string): Promise<readonly ApiResource[]> {
    const root = groupOf(apiVersion) === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`
    try {
      const { resources = [] } = (await this.#fetch(root)) as ResourceList
      return resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced, verbs = [] }) => ({
          apiVersion,
          kind,
          root,
          plural: name,
          isNamespaced: namespaced,
          verbs,
        }))
    } catch (error) {
      if (isNotFound(error)) return []
      throw error
    }
  }
}
