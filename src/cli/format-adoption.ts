import { createColors } from 'picocolors'
import type { Adoption, ServiceAdoption } from '../operations/adoption/adoption-report.ts'
import { formatTable, type TableColumn } from '../reporters/table.ts'
import { formatDuration } from '../util/duration.ts'

const columns: readonly TableColumn[] = [
  { title: 'service', align: 'left' },
  { title: 'image', align: 'left' },
  { title: 'manifests', align: 'left' },
  { title: 'environments', align: 'left' },
  { title: 'set up by', align: 'left' },
  { title: 'coverage', align: 'left' },
  { title: 'lint', align: 'left' },
  { title: 'last set-up', align: 'right' },
  { title: 'next step', align: 'left' },
]

/** Scripts are told one by one up to this many. */
const mostScripts = 10

/** How far a repository has come, as a table for people. */
export function formatAdoption(
  { services, scripts }: Adoption,
  { columns: width, color }: { readonly columns: number; readonly color: boolean },
): string {
  const { dim, bold } = createColors(color)
  const rows = services.map((service) => cellsOf(service, []).map((cell) => cell.replaceAll('`', '')))
  const shown = scripts.slice(0, mostScripts)
  const lines = [
    ...formatTable(columns, rows, width, dim),
    '',
    summaryOf(services),
    ...(scripts.length === 0
      ? []
      : [
          '',
          bold('Set up by hand'),
          ...formatTable(
            [
              { title: '  where', align: 'left' },
              { title: 'does', align: 'left' },
              { title: 'by', align: 'left', isFlexible: true },
            ],
            shown.map(({ path, line, does, text }) => [`  ${path}:${line}`, does, text]),
            width,
            dim,
          ),
          ...(shown.length < scripts.length ? [`  and ${scripts.length - shown.length} more`] : []),
        ]),
  ]
  return `${lines.join('\n')}\n`
}

/** The same for a page or a pull request. */
export function markdownAdoption({ project, services, scripts }: Adoption): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const lines = [
    `## ${project}`,
    '',
    row(columns.map(({ title }) => title)),
    row(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...services.map((service) => row(cellsOf(service, service.scripts))),
    '',
    summaryOf(services),
    ...(scripts.length === 0 ? [] : ['', 'Set up by hand:', '']),
    ...scripts.map(
      ({ path, line, does, text }) => `- ${path}:${line}, ${does}: \`${text.replaceAll('`', "'")}\``,
    ),
  ]
  return `${lines.join('\n')}\n`
}

const ways: Readonly<Record<ServiceAdoption['way'], string>> = {
  kindling: 'kindling',
  both: 'kindling and scripts',
  scripts: 'scripts',
  none: 'nobody',
}

/** `scripts` are told along with the way it is set up. */
function cellsOf(service: ServiceAdoption, scripts: readonly string[]): string[] {
  const { image, hasManifests, environments, way, isCoverageReady, lintFindings, setUpMs, next } = service
  return [
    service.service,
    image,
    hasManifests ? 'known' : 'none',
    environments.length === 0 ? 'none' : environments.join(', '),
    scripts.length === 0 ? ways[way] : `${ways[way]} (${scripts.join(', ')})`,
    isCoverageReady === undefined ? '-' : isCoverageReady ? 'ready' : 'not yet',
    lintFindings === 0 ? 'clean' : `${lintFindings}`,
    setUpMs === undefined ? '-' : formatDuration(setUpMs),
    next,
  ]
}

function summaryOf(services: readonly ServiceAdoption[]): string {
  const done = services.filter(({ way }) => way === 'kindling').length
  return `${done} of ${services.length} services are set up by kindling alone`
}
