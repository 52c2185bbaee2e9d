import { dirname } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { parseYaml } from '../diagnostics/yaml-source.ts'
import type { Config } from './config.ts'
import { convert } from './convert.ts'
import { type ConfigFacts, checkRules } from './rules.ts'
import { apiVersion } from './v1alpha1.ts'
import { validate } from './validate.ts'

/**
 * The text of a `kindling.yaml` as a configuration, or everything that is wrong with it, in the order of the file.
 * Pure: what it must know of the machine comes with `facts`. `file` is absolute.
 */
export function parseConfig(
  file: string,
  text: string,
  facts: ConfigFacts,
): { readonly config?: Config; readonly diagnostics: readonly Diagnostic[] } {
  const yaml = parseYaml(file, text, { code: 'E_CONFIG_SYNTAX', dialect: 'core' })
  const [source, second] = yaml.sources
  if (source === undefined || source.value === null) {
    return { diagnostics: yaml.diagnostics.length > 0 ? yaml.diagnostics : [emptyFile(file)] }
  }
  const diagnostics = [...yaml.diagnostics]
  if (second !== undefined) {
    diagnostics.push({
      code: 'E_CONFIG_SYNTAX',
      severity: 'error',
      message: 'the file has more than one document',
      location: second.locate([]),
      hint: 'remove the line `---` and what follows it',
    })
  }
  const valid = validate(source)
  diagnostics.push(...valid.diagnostics)
  if (valid.value === undefined) return { diagnostics: diagnostics.toSorted(byPosition) }
  const draft = convert(valid.value, source, dirname(file))
  diagnostics.push(...draft.diagnostics, ...checkRules(draft.value, source, facts))
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error')
  return {
    ...(hasErrors ? {} : { config: draft.value.config }),
    diagnostics: diagnostics.toSorted(byPosition),
  }
}

function emptyFile(file: string): Diagnostic {
  const start = { line: 1, column: 1 }
  return {
    code: 'E_CONFIG_INVALID',
    severity: 'error',
    message: 'the file is empty',
    location: { file, start, end: start },
    hint: `begin it with \`apiVersion: ${apiVersion}\``,
  }
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.location?.start, b.location?.start]
  if (left === undefined || right === undefined) return 0
  return left.line - right.line || left.column - right.column
}
