import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { suggestion } from '../diagnostics/suggest.ts'
import type { YamlPath, YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import { explainIssues } from './issues.ts'
import { configJsonSchema } from './json-schema.ts'
import { apiVersion, type ConfigV1Alpha1, schemaV1Alpha1 } from './v1alpha1.ts'

type Mapping = Record<string, unknown>

/** A file is read once or twice: to compile the schema takes longer than that. */
const uncompiled = { jitless: true } as const

/**
 * Checks a document against the public schema. The value is there even if there are errors, as long as something
 * could be saved: what is wrong has been taken out, so that the rules can look at the rest.
 */
export function validate(source: YamlSource): {
  readonly value?: ConfigV1Alpha1
  readonly diagnostics: readonly Diagnostic[]
} {
  const version = checkVersion(source)
  if (version.isForeign) return { diagnostics: version.diagnostics }
  // A missing version has been reported; the schema need not say so again.
  const raw = isMapping(source.value) ? { apiVersion, ...source.value } : source.value
  const result = schemaV1Alpha1.safeParse(raw, uncompiled)
  if (result.success) return { value: result.data, diagnostics: version.diagnostics }
  const findings = explainIssues(result.error.issues, source, configJsonSchema())
  const value = isMapping(raw) ? salvage(raw) : undefined
  return {
    ...(value === undefined ? {} : { value }),
    diagnostics: [...version.diagnostics, ...findings.map(({ diagnostic }) => diagnostic)],
  }
}

function checkVersion(source: YamlSource): { diagnostics: Diagnostic[]; isForeign: boolean } {
  if (!isMapping(source.value)) return { diagnostics: [], isForeign: false }
  const found = source.value.apiVersion
  if (found === apiVersion) return { diagnostics: [], isForeign: false }
  const isMissing = found === undefined || found === null
  const diagnostic: Diagnostic = {
    code: 'E_CONFIG_VERSION',
    severity: 'error',
    message: isMissing ? 'the file lacks `apiVersion`' : `unknown apiVersion \`${String(found)}\``,
    location: source.locate(isMissing ? [] : ['apiVersion']),
    hint: isMissing
      ? `begin it with \`apiVersion: ${apiVersion}\``
      : suggestion(String(found), [apiVersion], 'this version of Kindling reads'),
  }
  return { diagnostics: [diagnostic], isForeign: !isMissing }
}

/** Takes out what the schema refuses until the rest is valid; undefined when nothing is left. */
function salvage(raw: Mapping): ConfigV1Alpha1 | undefined {
  const value = structuredClone(raw)
  for (;;) {
    const result = schemaV1Alpha1.safeParse({ project: 'unnamed', ...value, apiVersion }, uncompiled)
    if (result.success) return result.data
    const paths = result.error.issues.flatMap((issue) => {
      const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
      const wrong = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
      return wrong.map((each) => removable(value, each))
    })
    if (paths.some((path) => path.length === 0)) return undefined
    for (const path of paths) removeAt(value, path)
  }
}

/** The nearest path that exists, and a whole list instead of one item, so that the others keep their positions. */
function removable(value: Mapping, path: YamlPath): YamlPath {
  const item = path.findIndex((step) => typeof step === 'number')
  const whole = item < 0 ? path : path.slice(0, item)
  for (let length = whole.length; length > 0; length--) {
    const candidate = whole.slice(0, length)
    const parent = valueAt(value, candidate.slice(0, -1))
    if (isMapping(parent) && Object.hasOwn(parent, String(candidate.at(-1)))) return candidate
  }
  return []
}

function removeAt(value: Mapping, path: YamlPath): void {
  const parent = valueAt(value, path.slice(0, -1))
  if (isMapping(parent)) delete parent[String(path.at(-1))]
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((at, step) => (isMapping(at) ? at[String(step)] : undefined), value)
}
