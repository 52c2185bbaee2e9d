import type { ClusterProvider, Config, Environment } from '../config/config.ts'
import { selectEnvironment } from '../config/select.ts'
import { InvalidInput, throwIfInvalid } from '../operations/operation-error.ts'
import { loadProject } from '../operations/prepare/load-project.ts'
import type { Session } from './session.ts'

export interface ChoiceFlags {
  readonly file?: string
  readonly provider?: ClusterProvider
  readonly nodeImage?: string
}

/** What a command is about. */
export interface Chosen {
  readonly config: Config
  readonly environment: Environment
}

/** The configuration and the environment a command is about. Throws `InvalidInput` with all that is wrong. */
export async function loadEnvironment(
  session: Session,
  name: string | undefined,
  options: ChoiceFlags,
): Promise<Chosen> {
  const loaded = await loadProject({ cwd: session.cwd, env: session.env, ...options })
  throwIfInvalid(loaded.diagnostics)
  if (loaded.config === undefined) throw new InvalidInput(loaded.diagnostics)
  const { environment, diagnostics } = selectEnvironment(loaded.config, name)
  if (environment === undefined) throw new InvalidInput(diagnostics)
  const { provider = environment.cluster.provider, nodeImage } = options
  const cluster = {
    ...environment.cluster,
    provider,
    ...(nodeImage === undefined ? {} : { nodeImage }),
  }
  return { config: loaded.config, environment: { ...environment, cluster } }
}
