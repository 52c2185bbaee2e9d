import { createHash } from 'node:crypto'
import type { OutputSpec, Service } from '../config/config.ts'
import { formatJsonPath } from '../config/json-path.ts'
import { KubernetesError } from '../drivers/kubernetes/kubernetes-error.ts'
import type { TaskContext } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { taskError } from './failure.ts'
import { keepOutputs } from './results.ts'
import type { RunScope } from './run-scope.ts'

/** A log may be a moment late, and a field: longer than this after the service is ready, nothing is waited for. */
const patienceMs = 10_000
const pauseMs = 200

/** An output that is there, or why it is not, completing "the output `x` is missing: ". */
type Reading = { readonly value: string } | { readonly missing: string }

/** The same text for outputs that are read in the same way. */
export function outputsKey({ outputs }: Pick<Service, 'outputs'>): string {
  const content = JSON.stringify([...outputs], (_, value: unknown) =>
    value instanceof RegExp ? value.source : value,
  )
  return createHash('sha256').update(content).digest('hex')
}

/** Has the outputs of a service that is ready: as long as it is not changed, those that were read before. */
export async function provideOutputs(service: Service, scope: RunScope, context: TaskContext): Promise<void> {
  if (service.outputs.size === 0) return
  const key = outputsKey(service)
  const outputs = scope.results.find(service.name, key) ?? (await readOutputs(service, '', scope, context))
  keepOutputs(service, outputs, scope, key)
}

/** Reads the outputs off a service; `stdout` is what its step has printed. Rejects when one of them is missing. */
export async function readOutputs(
  service: Service,
  stdout: string,
  scope: RunScope,
  context: TaskContext,
): Promise<Record<string, string>> {
  const outputs: Record<string, string> = {}
  for (const [name, spec] of service.outputs) {
    const endMs = scope.clock.now() + patienceMs
    for (;;) {
      const reading = await read(spec, service.name, stdout, scope, context).catch(asMissing(context))
      if ('value' in reading) {
        outputs[name] = reading.value
        break
      }
      if (spec.kind === 'stdout' || scope.clock.now() >= endMs)
        throw outputMissing(service.name, name, reading.missing)
      context.progress(`output ${name}: ${reading.missing}`)
      await scope.clock.sleep(pauseMs, context.signal)
    }
  }
  return outputs
}

function outputMissing(service: string, name: string, reason: string) {
  return taskError({
    code: 'E_OUTPUT_MISSING',
    message: `${service} is there, but its output \`${name}\` is missing: ${reason}`,
    hint: `correct \`services.${service}.outputs.${name}\`, or let \`ready\` wait for what it is read from`,
  })
}

/** What does not answer now may do so in a moment; anything else is a bug, and passes. */
function asMissing({ signal }: TaskContext): (error: unknown) => Reading {
  return (error) => {
    const isOfDriver = error instanceof KubernetesError || error instanceof CommandError
    if (signal.aborted || !isOfDriver) throw error
    return { missing: error.message }
  }
}

async function read(
  spec: OutputSpec,
  service: string,
  stdout: string,
  { cluster }: RunScope,
  { signal }: TaskContext,
): Promise<Reading> {
  switch (spec.kind) {
    case 'stdout':
      return firstMatch(spec.line, stdout.split('\n'), 'its standard output')
    case 'log': {
      const { line, kind: _, isSecret: __, ...choice } = spec
      const pieces = (await cluster.newLogs?.(service, choice, new Map(), { signal })) ?? []
      // Of several pods, such as those of a Job that was tried again, the last to speak is the one that counts.
      const latest = pieces.toSorted((a, b) => (b.mark ?? '').localeCompare(a.mark ?? ''))
      return firstMatch(
        line,
        latest.flatMap(({ lines }) => lines),
        'the log of its containers',
      )
    }
    case 'object': {
      const found = await cluster.object?.(service, spec.object, { signal })
      if (found === undefined) return { missing: `${cluster.provider} has no objects` }
      return typeof found === 'string' ? { missing: `still waiting for ${found}` } : fieldOf(found, spec.path)
    }
  }
}

function firstMatch(line: RegExp, lines: readonly string[], where: string): Reading {
  for (const each of lines) {
    const match = line.exec(each)
    if (match !== null) {
      const value = match.length > 1 ? match[1] : match[0]
      return value ? { value } : { missing: `what ${line} matches in ${where} is empty` }
    }
  }
  return { missing: `no line of ${where} matches ${line}` }
}

function fieldOf(object: KubernetesObject, path: readonly (string | number)[]): Reading {
  const label = `${object.kind} ${object.metadata.name}`
  let value: unknown = object
  for (const step of path) value = own(value, step)
  if (value === undefined || value === null || value === '')
    return { missing: `${label} has nothing at ${formatJsonPath(path)}` }
  if (typeof value === 'object') return { value: JSON.stringify(value) }
  const isEncoded = object.kind === 'Secret' && path[0] === 'data'
  return { value: isEncoded ? Buffer.from(String(value), 'base64').toString('utf8') : String(value) }
}

function own(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return isMapping(value) && Object.hasOwn(value, String(step)) ? value[String(step)] : undefined
}
