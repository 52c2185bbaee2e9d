import type { Exec, ExecOptions } from '../exec/exec.ts'

/** A chart with what it is rendered with. Files are absolute paths. */
export interface HelmChart {
  /** A directory or archive, `repository/chart`, or an `oci://` reference. */
  readonly chart: string
  readonly repo?: string
  readonly version?: string
  readonly release: string
  readonly namespace?: string
  readonly values: readonly string[]
  /** By the name of the value: a text stays one; otherwise helm reads numbers, truth values and `null`. */
  readonly set: ReadonlyMap<string, { readonly text: string; readonly isText: boolean }>
  readonly setFile: ReadonlyMap<string, string>
}

/**
 * The manifests of a chart, as YAML, with its CRDs and hooks; each document follows a comment that names its template.
 * No cluster is asked. `cwd` is where a relative path of a chart starts. Rejects with a `CommandError`.
 */
export async function renderChart(
  exec: Exec,
  chart: HelmChart,
  { cwd, ...options }: Pick<ExecOptions, 'signal' | 'timeoutMs'> & { readonly cwd: string },
): Promise<string> {
  const args = ['template', chart.release, chart.chart, '--include-crds', ...choices(chart), ...values(chart)]
  const { stdout } = await exec.run({ program: 'helm', args, cwd }, { ...options, isData: true })
  return stdout
}

function choices({ repo, version, namespace }: HelmChart): string[] {
  return Object.entries({ repo, version, namespace }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
}

function values(chart: HelmChart): string[] {
  return [
    ...chart.values.flatMap((file) => ['--values', file]),
    ...[...chart.set].flatMap(([name, { text, isText }]) =>
      isText ? ['--set-string', `${name}=${literal(text)}`] : ['--set', `${name}=${text}`],
    ),
    ...[...chart.setFile].flatMap(([name, file]) => ['--set-file', `${name}=${literal(file)}`]),
  ]
}

/** In helm's notation a comma begins the next value and a brace a list. */
function literal(text: string): string {
  return text.replace(/[\\,]|^\{/g, '\\$&')
}
