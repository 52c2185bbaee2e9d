import { resolve } from 'node:path'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { TextPattern, WaitCondition, WaitRequest, WaitSpec } from './config.ts'
import { convertTemplate } from './convert-template.ts'
import { choiceOf, objectNameOf } from './convert-words.ts'
import { type Conversion, refuse, wordsOf } from './draft.ts'
import { type GeneratedExpression, generatedFileForms } from './expression.ts'
import { parseDuration } from './units.ts'
import type { ReadyV1Alpha1, RequestV1Alpha1 } from './v1alpha1-ready.ts'

/** One condition of a service's readiness. */
export function convertReady(
  service: string,
  ready: ReadyV1Alpha1,
  path: YamlPath,
  context: Conversion,
): WaitSpec {
  if (typeof ready === 'string') return { kind: ready }
  const { timeout } = ready
  return {
    ...conditionOf(service, ready, path, context),
    ...(timeout === undefined ? {} : { timeoutMs: parseDuration(timeout) }),
  }
}

function conditionOf(
  service: string,
  ready: Exclude<ReadyV1Alpha1, string>,
  path: YamlPath,
  context: Conversion,
): WaitCondition {
  if ('rollout' in ready) return { kind: 'rollout' }
  if ('job' in ready) return { kind: 'job', ...nameOf(ready.job) }
  if ('endpoints' in ready) return { kind: 'endpoints', ...nameOf(ready.endpoints) }
  if ('http' in ready) return { kind: 'http', ...requestOf(ready.http, [...path, 'http'], context) }
  if ('https' in ready) {
    const { ca, insecure } = ready.https
    const at = [...path, 'https']
    if (ca !== undefined && insecure)
      refuse(context, [...at, 'insecure'], '`ca` has no effect with `insecure`', 'leave one of them out')
    return {
      kind: 'https',
      ...requestOf(ready.https, at, context),
      ...(ca === undefined ? {} : trustOf(ca, service, [...at, 'ca'], context)),
      isInsecure: insecure,
    }
  }
  if ('tcp' in ready) return { kind: 'tcp', port: ready.tcp.port }
  if ('exec' in ready) {
    const { exec } = ready
    if (Array.isArray(exec)) return { kind: 'exec', command: wordsOf(context, [...path, 'exec'], exec) }
    const command = wordsOf(context, [...path, 'exec', 'command'], exec.command)
    return { kind: 'exec', command, ...choiceOf(exec) }
  }
  if ('log' in ready) {
    const { log } = ready
    if (typeof log === 'string') return { kind: 'log', line: patternOf(log, [...path, 'log'], context) }
    return { kind: 'log', line: patternOf(log.line, [...path, 'log', 'line'], context), ...choiceOf(log) }
  }
  if ('dns' in ready) {
    const { dns } = ready
    return typeof dns === 'string'
      ? { kind: 'dns', name: dns }
      : { kind: 'dns', name: dns.name, ...choiceOf(dns) }
  }
  const { type, status } = ready.condition
  return {
    kind: 'condition',
    object: objectNameOf(ready.condition),
    type,
    // Kubernetes has texts here, which YAML takes for truth values when they stand without quotes.
    status: typeof status === 'string' ? status : status ? 'True' : 'False',
  }
}

/** A file, or that of a generated certificate, which is somewhere else in each environment. */
function trustOf(
  text: string,
  service: string,
  path: YamlPath,
  context: Conversion,
): { readonly caFile: string } | { readonly generatedCa: GeneratedExpression } {
  const found: GeneratedExpression[] = []
  const { parts } = convertTemplate(path, generatedFileForms, context, (expression, location) => {
    const { value, part } = expression
    context.links.push({ kind: 'service', from: service, target: 'generated', to: value, location })
    context.parts.push({ value, ...(part === undefined ? {} : { part }), place: 'trust', location })
    found.push(expression)
  })
  const [generatedCa] = found
  if (generatedCa === undefined) return { caFile: resolve(context.root, text) }
  if (!generatedCa.isFile || parts.length > 1) {
    const { value, part = 'cert' } = generatedCa
    context.diagnostics.push({
      code: 'E_CONFIG_EXPRESSION',
      severity: 'error',
      message: `\`${text}\` is not a file path`,
      location: context.source.locate(path),
      hint: `write \`\${generated.${value}.${part}.file}\` and nothing else, or a path`,
    })
  }
  return { generatedCa }
}

function nameOf(name: string | true): { readonly name?: string } {
  return name === true ? {} : { name }
}

function requestOf(request: RequestV1Alpha1, path: YamlPath, context: Conversion): WaitRequest {
  const { port, method, headers, host, status, body } = request
  const names = Object.keys(headers)
  const values = names.map(
    (name) => context.source.textOf([...path, 'headers', name]) ?? String(headers[name]),
  )
  return {
    port,
    method,
    path: request.path,
    headers: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])),
    ...(host === undefined ? {} : { host }),
    status: Array.isArray(status)
      ? status.map((each, index) => rangeOf(each, [...path, 'status', index], context))
      : [rangeOf(status, [...path, 'status'], context)],
    ...(body === undefined ? {} : { body: patternOf(body, [...path, 'body'], context) }),
  }
}

function rangeOf(status: number | string, path: YamlPath, context: Conversion) {
  const [from = 0, to = from] = typeof status === 'number' ? [status] : status.split('-').map(Number)
  if (to < from) refuse(context, path, `no status is from ${from} to ${to}`, `write ${to}-${from}`)
  return { from, to }
}

/** `/…/` with flags is an expression; anything else, a text. */
function patternOf(text: string, path: YamlPath, context: Conversion): TextPattern {
  const [, source, flags] = /^\/(.+)\/([imsu]*)$/s.exec(text) ?? []
  if (source === undefined) return text
  try {
    return new RegExp(source, flags)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    refuse(context, path, message, 'write it as in JavaScript, for example `/listening on :\\d+/i`')
    return text
  }
}
