import type { Service } from './config.ts'
import { convertReady } from './convert-ready.ts'
import { convertSources } from './convert-sources.ts'
import { type Conversion, linksOf, mapOf } from './draft.ts'
import { parseDuration } from './units.ts'
import type { ServiceV1Alpha1 } from './v1alpha1-service.ts'

/** A service as later steps want it; links go to the conversion. */
export function convertService(name: string, service: ServiceV1Alpha1, context: Conversion): Service {
  const at = ['services', name]
  const needs = service.needs.map((need) =>
    typeof need === 'string' ? { service: need, level: 'ready' } : need,
  )
  const names = needs.map((need) => need.service)
  context.links.push(
    ...linksOf(context, [...at, 'needs'], names, { kind: 'service', from: name, target: 'service' }),
  )
  const atLevel = (level: string) => [
    ...new Set(needs.filter((need) => need.level === level).map((need) => need.service)),
  ]
  return {
    name,
    sources: convertSources(name, service, at, context),
    ...(service.namespace === undefined ? {} : { namespace: service.namespace }),
    imagePaths: service.imagePaths.map((place, index) => ({
      ...place,
      location: context.source.locate([...at, 'imagePaths', index, 'path']),
    })),
    needs: atLevel('ready'),
    appliedNeeds: atLevel('applied'),
    ready: service.ready.map((ready, index) => convertReady(ready, [...at, 'ready', index], context)),
    timeoutMs: parseDuration(service.timeout),
    restarts: service.restarts,
    ports: mapOf(service.ports, (_, port) => {
      if (typeof port === 'number') return { port }
      return { port: port.port, ...(port.host === undefined ? {} : { hostPort: port.host }) }
    }),
    location: context.source.locateKey(at),
  }
}
