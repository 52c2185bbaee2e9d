import type { Config, Environment } from '../../config/config.ts'
import { environmentId } from '../environment-id.ts'
import { handOverDirectory } from '../hand-over/hand-over.ts'
import type { Host } from '../host.ts'
import type { Prepared } from '../prepare/prepare.ts'
import type { PreparedProvider } from '../providers/provider.ts'
import { masksOf } from './masks.ts'
import { valueFiles, writeValueFiles } from './value-files.ts'
import { environmentValues } from './value-store.ts'

/**
 * Makes the values of an environment, or finds them, keeps them out of all output, writes their files, and hands them to
 * whoever serves it. Only for its holder, and once its record is written.
 */
export async function serveValues(
  config: Config,
  environment: Environment,
  host: Host,
  { served, serveWith }: Pick<Prepared, 'served' | 'serveWith'>,
): Promise<PreparedProvider> {
  const { generated } = config
  const directory = handOverDirectory(config, environment)
  const file = host.generatedFile(environmentId(config, environment))
  const { values, former } = await environmentValues(file, generated, host.clock.epochMs())
  const complete = generated.size === 0 ? served : await serveWith(values)
  const masks = [...masksOf(values), ...masksOf(former)]
  for (const secret of masks) host.generatedRedactor.add(secret)
  for (const secret of [...complete.secrets, ...masks]) host.redactor.add(secret)
  writeValueFiles(directory, valueFiles(directory, generated).files, values)
  return complete
}
