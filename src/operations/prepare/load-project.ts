import { readFileSync } from 'node:fs'
import { type LoadedConfig, type LoadOptions, loadConfig } from '../../config/load.ts'
import { withImpliedNeeds } from './implied-needs.ts'

/**
 * Finds, reads and checks the configuration, and adds the needs that stand in the Dockerfiles alone. Never rejects
 * because of what a user wrote or where.
 */
export async function loadProject(options: LoadOptions): Promise<LoadedConfig> {
  const loaded = await loadConfig(options)
  if (loaded.config === undefined) return loaded
  const implied = withImpliedNeeds(loaded.config, (file) => readFileSync(file, 'utf8'))
  const diagnostics = [...loaded.diagnostics, ...implied.diagnostics]
  const source = loaded.source === undefined ? {} : { source: loaded.source }
  const isValid = implied.diagnostics.every(({ severity }) => severity !== 'error')
  return isValid ? { config: implied.config, diagnostics, ...source } : { diagnostics, ...source }
}
