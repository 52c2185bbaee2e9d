import type { Service } from '../../config/config.ts'

/**
 * A service that no configuration names, for objects that come before all others: being applied is all there is to it.
 * Its name has a dot in it, which none in a configuration may have.
 */
export function hiddenService(
  name: `${string}.${string}`,
  of: Pick<Service, 'sources' | 'timeoutMs' | 'location'>,
): Service {
  return {
    name,
    env: new Map(),
    outputs: new Map(),
    imagePaths: [],
    needs: [],
    appliedNeeds: [],
    ready: [{ kind: 'rollout' }],
    awaitsPorts: false,
    restarts: 0,
    ports: new Map(),
    ...of,
  }
}
