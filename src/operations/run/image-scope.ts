import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { EngineImage } from '../../drivers/container-engine.ts'
import { labels } from '../../drivers/labels.ts'
import { FileHashCache } from '../../images/file-hash-cache.ts'
import type { RunDirectory } from '../../state/run-directory.ts'
import type { BuildChoices, ImageScope } from '../../tasks/run-scope.ts'
import type { Host, UsableEngine } from '../host.ts'
import type { Owner } from '../owner/hold.ts'
import { tagger } from './tagger.ts'

/** What a run decides for all its images. */
export interface ImageScopeOptions {
  readonly run: RunDirectory
  readonly choices: BuildChoices
  /** Instead of a unique one. */
  readonly tag?: string | undefined
  readonly signal: AbortSignal
}

/** What the tasks of a run about images share. */
export async function imageScope(
  host: Host,
  config: Config,
  owner: Owner,
  { engine }: Pick<UsableEngine, 'engine'>,
  { run, choices, tag, signal }: ImageScopeOptions,
): Promise<ImageScope> {
  for (const secret of secretsOf(config, host)) host.redactor.add(secret)
  const exec = host.exec(owner.id)
  let known: Promise<readonly EngineImage[]> | undefined
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
    fileHashes: new FileHashCache(join(host.stateDirectory, 'file-hashes')),
    tagOf: tag === undefined ? await tagger(exec, config.root, host) : () => tag,
    knownImages: () => {
      known ??= engine.findImages({ [labels.project]: owner.projectId }, { signal })
      return known
    },
    provided: new Map(),
    rememberPulled: (reference) => host.pulled.add(reference),
  }
}

/** Values of the secrets of builds, to be kept out of all output. */
function secretsOf(config: Config, { env }: Host): string[] {
  return [...config.images.values()].flatMap((image) =>
    image.kind === 'external'
      ? []
      : [...image.secrets.values()].map((secret) =>
          secret.kind === 'env' ? (env[secret.variable] ?? '') : readFileSync(secret.file, 'utf8'),
        ),
  )
}
