import type { Config, Environment } from '../../config/config.ts'
import type { Cluster } from '../../drivers/cluster.ts'
import { type EngineName, engineNames } from '../../drivers/engines.ts'
import type { RunDirectory } from '../../state/run-directory.ts'
import { environmentId } from '../environment-id.ts'
import type { Host, UsableEngine } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import { findProvider } from '../providers/providers.ts'

/** The cluster of an environment that is up, into which images can be loaded. */
export interface LoadTarget {
  /** The engine that the cluster's nodes run on: its images are the ones that can be loaded. */
  readonly engine: EngineName | undefined
  open(engine: UsableEngine, run: RunDirectory): Pick<Cluster, 'provider' | 'load'>
}

/** Finds where images of an environment are to be loaded. Throws `OperationError` when there is no such place. */
export async function loadTarget(host: Host, config: Config, environment: Environment): Promise<LoadTarget> {
  const { name } = environment
  const id = environmentId(config, environment)
  const record = host.store.read(id)
  if (record === undefined) {
    throw new OperationError(
      'E_ENVIRONMENT_DOWN',
      `${name} is not up: there is no cluster to load images into`,
      `bring it up first: \`kindling up ${name}\``,
    )
  }
  const provider = await findProvider(record.provider)
  const openNodes = provider?.openNodes?.bind(provider)
  if (openNodes === undefined) {
    throw new OperationError(
      'E_ENVIRONMENT_DOWN',
      `${name} is served by ${record.provider}, which runs the engine's images as they are: there is nothing to load into`,
      `leave it out, or bring ${name} up in a cluster: \`kindling up ${name} --provider kind\``,
    )
  }
  return {
    engine: engineNames.find((known) => known === record.engine),
    open: (engine, run) => {
      const nodes = openNodes(host, id, engine, run)
      return { provider: record.provider, load: nodes.load.bind(nodes) }
    },
  }
}
