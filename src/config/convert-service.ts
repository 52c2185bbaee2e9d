import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { Service } from './config.ts'
import { convertReady } from './convert-ready.ts'
import { convertSources } from './convert-sources.ts'
import { convertOutput, convertStep } from './convert-step.ts'
import { convertVariables } from './convert-variables.ts'
import { type Conversion, isWritten, linksOf, mapOf, refuse } from './draft.ts'
import { lateForms, type StepExpression, stepForms } from './expression.ts'
import { parseDuration } from './units.ts'
import type { ServiceV1Alpha1 } from './v1alpha1-service.ts'

/** A service as later steps want it; links go to the conversion. */
export function convertService(name: string, service: ServiceV1Alpha1, context: Conversion): Service {
  const at = ['services', name]
  const names = service.needs.map((need) => (typeof need === 'string' ? need : need.service))
  context.links.push(
    ...linksOf(context, [...at, 'needs'], names, { kind: 'service', from: name, target: 'service' }),
  )
  const step = convertStep(service, at, context)
  const referred = context.links.length
  const env = convertVariables<StepExpression>(
    service.env,
    [...at, 'env'],
    step === undefined ? lateForms : stepForms,
    context,
    { by: 'service', name },
  )
  if (step === undefined) refuseFiles(env, [...at, 'env'], context)
  const implied = context.links.slice(referred).filter(({ target }) => target === 'service')
  return {
    name,
    sources: convertSources(name, service, at, context),
    ...(step === undefined ? {} : { step }),
    env,
    outputs: mapOf(service.outputs, (output, spec) =>
      convertOutput(spec, [...at, 'outputs', output], context),
    ),
    ...(service.namespace === undefined ? {} : { namespace: service.namespace }),
    imagePaths: service.imagePaths.map((place, index) => ({
      ...place,
      location: context.source.locate([...at, 'imagePaths', index, 'path']),
    })),
    needs: [...new Set([...needsAt('ready', service.needs), ...implied.map(({ to }) => to)])],
    appliedNeeds: [...new Set(needsAt('applied', service.needs))],
    ready: service.ready.map((ready, index) => convertReady(name, ready, [...at, 'ready', index], context)),
    awaitsPorts: !isWritten(context, [...at, 'ready']),
    timeoutMs: parseDuration(service.timeout),
    restarts: service.restarts,
    ports: mapOf(service.ports, (_, port) => {
      if (typeof port === 'number') return { port }
      return { port: port.port, ...(port.host === undefined ? {} : { hostPort: port.host }) }
    }),
    location: context.source.locateKey(at),
  }
}

/** A container does not see the files that are made for tests and steps. */
function refuseFiles(env: Service['env'], at: YamlPath, context: Conversion): void {
  for (const [variable, { parts }] of env) {
    const hasFile = parts.some(
      (part) => part.kind === 'expression' && part.expression.root === 'generated' && part.expression.isFile,
    )
    if (!hasFile) continue
    const hint = 'pass the value itself, or mount a `secret` of it'
    refuse(context, [...at, variable], 'a path of this machine means nothing in a container', hint)
  }
}

/** The names in `needs` of a service that are meant at a level. */
export function needsAt(level: 'ready' | 'applied', needs: ServiceV1Alpha1['needs']): readonly string[] {
  return needs
    .map((need) => (typeof need === 'string' ? ({ service: need, level: 'ready' } as const) : need))
    .filter((need) => need.level === level)
    .map(({ service }) => service)
}
