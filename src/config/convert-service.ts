import { resolve } from 'node:path'
import type { Service } from './config.ts'
import { convertReady } from './convert-ready.ts'
import { type Conversion, linksOf, mapOf } from './draft.ts'
import { parseDuration } from './units.ts'
import type { ServiceV1Alpha1 } from './v1alpha1-service.ts'

/** A service as later steps want it; links go to the conversion. */
export function convertService(name: string, service: ServiceV1Alpha1, context: Conversion): Service {
  const at = ['services', name]
  context.links.push(
    ...linksOf(context, [...at, 'needs'], service.needs, { kind: 'service', from: name, target: 'service' }),
  )
  const paths = typeof service.apply === 'string' ? [service.apply] : service.apply
  return {
    name,
    apply: paths.map((path) => resolve(context.root, path)),
    needs: [...new Set(service.needs)],
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
