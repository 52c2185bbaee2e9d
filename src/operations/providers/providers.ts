import { type ClusterProvider, clusterProviders } from '../../config/config.ts'
import type { Provider } from './provider.ts'

/** Each is loaded, with all that it drives, when it is first asked for: an environment takes one. */
const providers: Readonly<Record<ClusterProvider, () => Promise<Provider>>> = {
  podman: async () => (await import('./podman.ts')).podmanProvider,
  kind: async () => (await import('./kind.ts')).kindProvider,
}

/** What serves an environment that is configured so. */
export function providerOf(name: ClusterProvider): Promise<Provider> {
  return providers[name]()
}

/** The provider of that name, as a record has it; `undefined` for what was served by none. */
export async function findProvider(name: string): Promise<Provider | undefined> {
  const known = clusterProviders.find((provider) => provider === name)
  return known === undefined ? undefined : providerOf(known)
}
