import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseManifests } from '../../deploy/manifest.ts'
import { renderChart } from '../../drivers/helm.ts'
import { renderKustomization } from '../../drivers/kustomize.ts'
import { CommandError } from '../../exec/command-error.ts'
import type { Exec } from '../../exec/exec.ts'
import type { RenderedSource, Unit } from '../../init/unit.ts'

/** For one that has to be downloaded first, milliseconds. */
const timeoutMs = 60_000

/**
 * The units with the objects of their kustomizations and charts. What cannot be rendered keeps what is known of it: why
 * it could not is told when the result is checked.
 */
export async function renderUnits(
  units: readonly Unit[],
  root: string,
  exec: Exec,
  signal: AbortSignal,
): Promise<readonly Unit[]> {
  return Promise.all(
    units.map(async (unit) => {
      if (unit.source.kind === 'apply') return unit
      try {
        const text = await render(unit.source, root, exec, { signal, timeoutMs })
        return { ...unit, objects: parseManifests('', text).manifests.map(({ object }) => object) }
      } catch (error) {
        if (error instanceof CommandError && error.reason !== 'cancelled') return unit
        throw error
      }
    }),
  )
}

function render(
  source: RenderedSource,
  root: string,
  exec: Exec,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<string> {
  if (source.kind === 'kustomize') return renderKustomization(exec, join(root, source.directory), options)
  const { name, chart, values, set, repo, version, namespace } = source.release
  return renderChart(
    exec,
    {
      chart: existsSync(join(root, chart)) ? join(root, chart) : chart,
      ...(repo === undefined ? {} : { repo }),
      ...(version === undefined ? {} : { version }),
      ...(namespace === undefined ? {} : { namespace }),
      release: name,
      values: values.map((file) => join(root, file)),
      set: new Map(Object.entries(set).map(([key, text]) => [key, { text, isText: true }])),
      setFile: new Map(),
    },
    { ...options, cwd: root },
  )
}
