import { resolve } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { YamlPath, YamlSource } from '../diagnostics/yaml-source.ts'
import type { Config, Service, WaitSpec } from './config.ts'
import { convertEnvironment } from './convert-environment.ts'
import { convertImage } from './convert-image.ts'
import { type Conversion, type Draft, linksOf, mapOf, wordsOf } from './draft.ts'
import { parseDuration } from './units.ts'
import type { ConfigV1Alpha1, ReadyV1Alpha1, ServiceV1Alpha1 } from './v1alpha1.ts'

/** From the public form to the internal one: absolute paths, numbers with units, qualified references. */
export function convert(
  value: ConfigV1Alpha1,
  source: YamlSource,
  root: string,
): { readonly value: Draft; readonly diagnostics: readonly Diagnostic[] } {
  const context: Conversion = {
    source,
    root,
    project: value.project,
    links: [],
    variables: [],
    ports: [],
    diagnostics: [],
  }
  const config: Config = {
    file: source.file,
    root,
    project: value.project,
    images: mapOf(value.images, (name, image) => convertImage(name, image, context)),
    services: mapOf(value.services, (name, service) => convertService(name, service, context)),
    environments: mapOf(value.environments, (name, environment) =>
      convertEnvironment(name, environment, context),
    ),
    locate: source.locate,
  }
  const { links, variables, ports, diagnostics } = context
  return { value: { config, links, variables, ports }, diagnostics }
}

function convertService(name: string, service: ServiceV1Alpha1, context: Conversion): Service {
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

function convertReady(ready: ReadyV1Alpha1, path: YamlPath, context: Conversion): WaitSpec {
  if (ready === 'rollout') return { kind: 'rollout' }
  if ('exec' in ready) return { kind: 'exec', command: wordsOf(context, [...path, 'exec'], ready.exec) }
  if ('http' in ready) return { kind: 'http', ...ready.http }
  return { kind: 'tcp', ...ready.tcp }
}
