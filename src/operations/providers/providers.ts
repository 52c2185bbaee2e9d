import type { ClusterProvider } from '../../config/config.ts'
import { kindProvider } from './kind.ts'
import { podmanProvider } from './podman.ts'
import type { Provider } from './provider.ts'

const providers: Readonly<Record<ClusterProvider, Provider>> = {
  podman: podmanProvider,
  kind: kindProvider,
}

/** What serves an environment that is configured so. */
export function providerOf(name: ClusterProvider): Provider {
  return providers[name]
}

/** The provider of that name, as a record has it; `undefined` for what was served by none. */
export function findProvider(name: string): Provider | undefined {
  return Object.values(providers).find((provider) => provider.name === name)
}
