import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config, Service } from '../../config/config.ts'
import type { HelmSource, RenderedSource } from '../../config/manifest-source.ts'
import type { RenderedManifests, Rendering, ServiceSource } from '../../deploy/sources.ts'
import { renderChart } from '../../drivers/helm.ts'
import { renderKustomization } from '../../drivers/kustomize.ts'
import { CommandError } from '../../exec/command-error.ts'
import type { Exec } from '../../exec/exec.ts'
import { nameOf, renderProblem } from './render-problem.ts'

/** For a chart that has to be downloaded first, milliseconds. */
const renderTimeoutMs = 120_000

/**
 * What the manifests of services are made from, with the programs that make them: each of them runs once, however many
 * services have the same. Nothing is kept for a later call, since the files may have changed by then.
 */
export function manifestSources(
  { root }: Pick<Config, 'root'>,
  services: readonly Service[],
  exec: Exec,
  options: { readonly signal?: AbortSignal } = {},
): readonly ServiceSource[] {
  const renderings = new Map<string, Promise<string>>()
  const render = (source: RenderedSource): Promise<string> => {
    const key = keyOf(source)
    const known = renderings.get(key)
    if (known !== undefined) return known
    const rendering = run(source, root, exec, { ...options, timeoutMs: renderTimeoutMs })
    renderings.set(key, rendering)
    return rendering
  }
  return services.map((service) => ({
    ...service,
    sources: service.sources.map((source) =>
      source.kind === 'path' || source.kind === 'glob'
        ? source
        : rendered(withNamespace(source, service.namespace), root, render),
    ),
  }))
}

function rendered(
  source: RenderedSource,
  root: string,
  render: (source: RenderedSource) => Promise<string>,
): RenderedManifests {
  const { location } = source
  return {
    kind: 'rendered',
    location,
    origin: nameOf(source, root),
    ...(source.kind === 'helm'
      ? { templateName: (comment: string) => templateName(source, root, comment) }
      : {}),
    ...(source.kind === 'helm' && source.namespace !== undefined ? { namespace: source.namespace } : {}),
    render: async (): Promise<Rendering> => {
      try {
        return { text: await render(source) }
      } catch (error) {
        if (error instanceof CommandError && error.reason !== 'cancelled') {
          return { problem: { ...renderProblem(source, root, error), severity: 'error', location } }
        }
        throw error
      }
    },
  }
}

function run(
  source: RenderedSource,
  root: string,
  exec: Exec,
  options: { readonly signal?: AbortSignal; readonly timeoutMs: number },
): Promise<string> {
  switch (source.kind) {
    case 'kustomize':
      return renderKustomization(exec, source.directory, options)
    case 'helm':
      return renderChart(exec, source, { ...options, cwd: root })
    case 'command':
      return runCommand(source.command, root, exec, options)
  }
}

async function runCommand(
  [program = '', ...args]: readonly string[],
  cwd: string,
  exec: Exec,
  options: { readonly signal?: AbortSignal; readonly timeoutMs: number },
): Promise<string> {
  return (await exec.run({ program, args, cwd }, { ...options, isData: true })).stdout
}

/** Two sources with the same key give the same manifests. */
function keyOf({ location: _, ...source }: RenderedSource): string {
  return JSON.stringify(source, (__, value: unknown) => (value instanceof Map ? [...value] : value))
}

/** A release goes into the namespace of its service, as long as nobody says otherwise. */
function withNamespace(source: RenderedSource, namespace: string | undefined): RenderedSource {
  return source.kind === 'helm' && namespace !== undefined ? { namespace, ...source } : source
}

/** The template's file relative to the root, for a chart that lies there; otherwise as helm names it. */
function templateName({ chart }: HelmSource, root: string, comment: string): string {
  const file = join(chart, comment.slice(comment.indexOf('/') + 1))
  return existsSync(resolve(root, file)) ? file : comment
}
