import type { Config } from '../config/config.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import type { BuildChoices, ImageScope } from '../tasks/run-scope.ts'
import type { Owner } from './hold.ts'
import type { Host, OpenEngine } from './host.ts'
import { tagger } from './tagger.ts'

/** What the tasks of a run about images share. `tag` is one the user wants instead of a unique one. */
export async function imageScope(
  host: Host,
  config: Config,
  owner: Owner,
  { engine }: OpenEngine,
  run: RunDirectory,
  choices: BuildChoices,
  tag: string | undefined,
): Promise<ImageScope> {
  const exec = host.exec(owner.id)
  return {
    config,
    projectId: owner.projectId,
    ownerId: owner.id,
    engine,
    exec,
    journal: host.store.journal(owner.id),
    holds: host.holds,
    run,
    clock: host.clock,
    choices,
    tagOf: tag === undefined ? await tagger(exec, config.root, host) : () => tag,
    provided: new Map(),
    rememberPulled: (reference) => host.pulled.add(reference),
  }
}
