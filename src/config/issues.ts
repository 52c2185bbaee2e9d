import { stringify } from 'yaml'
import type { z } from 'zod'
import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { closest, suggestion } from '../diagnostics/suggest.ts'
import type { YamlPath, YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { JsonSchema } from './json-schema.ts'

/** What is wrong, and the path of the value that is wrong or lacks something. */
export interface Finding {
  readonly path: YamlPath
  readonly diagnostic: Diagnostic
}

type Issue = z.core.$ZodIssue

/** Says in the words of the schema (titles, descriptions, examples) what the validator found. */
export function explainIssues(
  issues: readonly Issue[],
  source: YamlSource,
  schema: JsonSchema,
): readonly Finding[] {
  const findings = issues.flatMap((issue) => explain(issue, { source, schema }))
  const bySentence = new Map(findings.map((finding) => [sentenceOf(finding), finding]))
  return [...bySentence.values()]
}

/** A path as people write it: `services.gateway.ready[1].http`. */
export function formatPath(path: YamlPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}

interface Context {
  readonly source: YamlSource
  readonly schema: JsonSchema
}

function explain(issue: Issue, context: Context): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'invalid_key') return [invalidKey(path, context)]

  const place = descend(context, path)
  const branch = place.isChoice ? undefined : choose(place.schema, place.value)
  if (branch === undefined) return [misfit(place, context)]
  if (issue.code === 'invalid_union') {
    const nested = issue.errors[place.schema.anyOf?.indexOf(branch) ?? 0] ?? []
    return nested.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, context))
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], branch, context))
  }
  return [mismatch({ ...place, schema: branch }, context)]
}

interface Place {
  readonly path: YamlPath
  readonly schema: JsonSchema
  readonly value: unknown
  /** The way ended here, at a choice of which the value takes no branch. */
  readonly isChoice: boolean
}

function descend({ schema: root, source }: Context, path: YamlPath): Place {
  let schema = root
  let value = source.value
  for (const [index, step] of path.entries()) {
    const branch = choose(schema, value)
    if (branch === undefined) return { path: path.slice(0, index), schema, value, isChoice: true }
    const next =
      typeof step === 'number' ? branch.items : (branch.properties?.[step] ?? branch.additionalProperties)
    schema = next || {}
    value = (value as Record<string, unknown> | null | undefined)?.[step]
  }
  return { path, schema, value, isChoice: false }
}

/** The branch of a choice that the value's shape shows, so that messages speak of that branch only. */
function choose(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  if (schema.anyOf === undefined) return schema
  const branches = schema.anyOf.filter((branch) => branch.type !== undefined && hasType(value, branch.type))
  if (branches.length < 2 || !isMapping(value)) return branches[0]
  const present = branches.filter((branch) => Object.hasOwn(value, discriminatorOf(branch)))
  return present.length === 1 ? present[0] : undefined
}

function misfit(place: Place, context: Context): Finding {
  const { path, schema, value } = place
  const keys = (schema.anyOf ?? []).filter(({ type }) => type === 'object').map(discriminatorOf)
  if (!isMapping(value) || keys.length < 2) return mismatch(place, context)
  const present = keys.filter((key) => Object.hasOwn(value, key))
  const has = present.length === 0 ? 'none of them' : present.map(quote).join(' and ')
  const meant = Object.keys(value).map((key) => closest(key, keys))
  const candidate = present.length === 0 ? meant.find((key) => key !== undefined) : undefined
  return finding(
    path,
    `${quote(formatPath(path))} needs exactly one of ${keys.map(quote).join(', ')}; it has ${has}`,
    context.source.locateKey(path),
    candidate === undefined ? undefined : `did you mean ${quote(candidate)}?`,
  )
}

function mismatch({ path, schema, value }: Place, { source }: Context): Finding {
  if (value === undefined) {
    const parent = path.slice(0, -1)
    const key = String(path.at(-1))
    const message = `${subjectOf(parent)} lacks ${quote(key)}`
    return finding(path, message, source.locateKey(parent), hintForMissing(key, schema))
  }
  const message = `${subjectOf(path)}: expected ${expectation(schema)}, found ${describe(value)}`
  return finding(path, message, source.locate(path), hintFor(schema, value))
}

function invalidKey(path: YamlPath, context: Context): Finding {
  const parent = descend(context, path.slice(0, -1))
  const names = choose(parent.schema, parent.value)?.propertyNames ?? {}
  const message = `${quote(String(path.at(-1)))}: expected ${expectation(names)}`
  return finding(path, message, context.source.locateKey(path), hintFor(names, undefined))
}

function unknownKey(path: YamlPath, schema: JsonSchema, { source }: Context): Finding {
  const key = String(path.at(-1))
  return {
    path,
    diagnostic: {
      code: 'E_CONFIG_UNKNOWN_KEY',
      severity: 'error',
      message: `unknown key ${quote(key)} in ${subjectOf(path.slice(0, -1))}`,
      location: source.locateKey(path),
      hint: suggestion(key, Object.keys(schema.properties ?? {}), 'known keys'),
    },
  }
}

function finding(
  path: YamlPath,
  message: string,
  location: SourceLocation,
  hint: string | undefined,
): Finding {
  const diagnostic = { code: 'E_CONFIG_INVALID', severity: 'error', message, location } as const
  return { path, diagnostic: hint === undefined ? diagnostic : { ...diagnostic, hint } }
}

function sentenceOf({ path, diagnostic }: Finding): string {
  return JSON.stringify([path, diagnostic.message])
}

function hintFor(schema: JsonSchema, value: unknown): string | undefined {
  const values = possibleValues(schema)
  if (values.length > 0 && typeof value === 'string') return suggestion(value, values, 'possible values')
  const isUnquoted = schema.type === 'string' && (typeof value === 'number' || typeof value === 'boolean')
  if (isUnquoted && new RegExp(schema.pattern ?? '').test(String(value)))
    return `write it in quotes: "${value}"`
  const examples = schema.examples ?? values
  return examples.length === 0 ? undefined : `for example ${examples.map(yamlText).join(', ')}`
}

function hintForMissing(key: string, schema: JsonSchema): string | undefined {
  const [example] = schema.examples ?? possibleValues(schema)
  return example === undefined ? schema.description : `for example \`${key}: ${yamlText(example)}\``
}

function possibleValues(schema: JsonSchema): readonly string[] {
  return (schema.enum ?? (schema.const === undefined ? [] : [schema.const])).map(String)
}

function yamlText(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}

const typeWords = {
  object: 'mapping',
  array: 'list',
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
} as const

function expectation(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => quote(String(value))).join(' or ')
  if (schema.const !== undefined) return quote(String(schema.const))
  if (schema.type === 'object' && schema.title !== undefined) return `mapping (${schema.title})`
  return schema.title ?? (schema.type === undefined ? 'another value' : typeWords[schema.type])
}

function subjectOf(path: YamlPath): string {
  return path.length === 0 ? 'the file' : quote(formatPath(path))
}

function describe(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (isMapping(value)) return 'a mapping'
  const text = String(value)
  return quote(text.length > 60 ? `${text.slice(0, 59)}…` : text)
}

function discriminatorOf(branch: JsonSchema): string {
  return branch.required?.[0] ?? ''
}

function hasType(value: unknown, type: NonNullable<JsonSchema['type']>): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isMapping(value)
  return typeof value === (type === 'integer' ? 'number' : type)
}

function quote(text: string): string {
  return `\`${text}\``
}
