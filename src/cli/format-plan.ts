import { createColors } from 'picocolors'
import type { Forecast } from '../operations/forecast.ts'
import type { PlannedTask, PlannedValue } from '../plan/plan.ts'
import type { PredictedTask } from '../plan/prediction.ts'
import type { Paint } from '../reporters/describe-event.ts'
import { type Cell, formatTable, type TableColumn } from '../reporters/table.ts'
import { formatBytes } from '../util/bytes.ts'
import { formatDuration } from '../util/duration.ts'

/** A critical path is told whole up to this many tasks. */
const mostSteps = 30

/** What `up` would do and how long that would take, for people. */
export function formatForecast(
  { plan, prediction, strategies, savings }: Forecast,
  { columns, color }: { readonly columns: number; readonly color: boolean },
): string {
  const { bold, dim, red } = createColors(color)
  const capacity = Object.entries(plan.capacity).map(
    ([slot, amount]) => `${slot} ${shownAmount(slot, amount)}`,
  )
  const predicted = new Map(prediction.tasks.map((task) => [task.id, task]))
  const critical = new Set(prediction.criticalPath.tasks)
  const rowOf = (task: PlannedTask) =>
    taskRow(task, predicted.get(task.id), critical.has(task.id) ? red : String, dim)
  const phases = [...new Set(plan.tasks.map(({ phase }) => phase))].map((phase) => [
    bold(phase),
    ...formatTable(taskColumns, plan.tasks.filter((task) => task.phase === phase).map(rowOf), columns, dim),
  ])
  const total = marked(prediction.totalMs, prediction.isEstimate)
  const sections = [
    [
      `${plan.project}/${plan.environment}, strategy ${plan.strategy}: ${plan.tasks.length} tasks (${capacity.join(', ')})`,
      `predicted: ${bold(total)} from scratch; whatever is reused takes less`,
      ...told(prediction.tasks),
    ],
    ...phases,
    ...(plan.generated === undefined
      ? []
      : [
          [bold('generated, once'), ...formatTable(valueColumns, plan.generated.map(valueRow), columns, dim)],
        ]),
    [
      `${bold('Critical path')}: ${marked(prediction.criticalPath.lengthMs, prediction.isEstimate)}`,
      `  ${shortened(prediction.criticalPath.tasks).join(' → ')}`,
      `lower bound: ${marked(prediction.lowerBoundMs, prediction.isEstimate)}; no order of the same work is faster here`,
    ],
    [
      bold('Strategies'),
      ...formatTable(
        strategyColumns,
        strategies.map((of): Cell[] => [
          `  ${of.strategy}`,
          { text: marked(of.totalMs, of.isEstimate), paint: of.strategy === plan.strategy ? bold : String },
          of.clusterIdleMs === undefined ? '-' : formatDuration(of.clusterIdleMs),
          marked(of.lowerBoundMs, of.isEstimate),
        ]),
        columns,
        dim,
      ),
    ],
    ...(savings.length === 0
      ? []
      : [
          [
            bold('On the critical path: how much sooner the run would end without'),
            ...savings.map(
              ({ what, where, savedMs }) =>
                `  ${what}${where === undefined ? '' : `, ${where}`}: ${formatDuration(savedMs)} of ${total}`,
            ),
          ],
        ]),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const taskColumns: readonly TableColumn[] = [
  { title: '  task', align: 'left' },
  { title: 'start', align: 'right' },
  { title: 'end', align: 'right' },
  { title: 'takes', align: 'right' },
  { title: 'after', align: 'left', isFlexible: true },
]

const valueColumns: readonly TableColumn[] = [
  { title: '  value', align: 'left' },
  { title: 'kind', align: 'left' },
  { title: 'in', align: 'left', isFlexible: true },
]

const kindWords: Readonly<Record<string, string>> = { ca: 'CA', keyPair: 'key pair' }

/** What it will be, and where: it is not made before. */
function valueRow({ name, kind, objects }: PlannedValue): Cell[] {
  return [`  ${name}`, kindWords[kind] ?? kind, ['files', ...objects].join(', ')]
}

const strategyColumns: readonly TableColumn[] = [
  { title: '  strategy', align: 'left' },
  { title: 'predicted', align: 'right' },
  { title: 'cluster idle', align: 'right' },
  { title: 'lower bound', align: 'right' },
]

function taskRow(
  { id, needs, after = [], expectedMs }: PlannedTask,
  predicted: PredictedTask | undefined,
  paint: Paint,
  dim: Paint,
): Cell[] {
  const lags = after.map(({ task, ms }) => `${formatDuration(ms)} after the start of ${task}`)
  const waits = [...needs, ...lags]
  return [
    { text: `  ${id}`, paint },
    formatDuration(predicted?.startMs ?? 0),
    formatDuration(predicted?.endMs ?? 0),
    marked(expectedMs, predicted?.isEstimate === true),
    { text: waits.length === 0 ? 'at once' : waits.join(', '), paint: dim },
  ]
}

/** Memory is counted in mebibytes, everything else in tasks. */
function shownAmount(slot: string, amount: number): string {
  return slot === 'memory' ? formatBytes(amount * 2 ** 20) : `${amount}`
}

function marked(ms: number, isEstimate: boolean): string {
  return `${isEstimate ? '~' : ''}${formatDuration(ms)}`
}

/** How much of it is history. */
function told(tasks: readonly PredictedTask[]): string[] {
  const guessed = tasks.filter(({ isEstimate }) => isEstimate).length
  if (guessed === 0) return []
  if (guessed === tasks.length) return ['no history yet: all of it is estimated (~)']
  return [`no history yet for ${guessed} of ${tasks.length} tasks: those are estimated (~)`]
}

function shortened(steps: readonly string[]): readonly string[] {
  if (steps.length <= mostSteps) return steps
  const half = mostSteps / 2
  return [...steps.slice(0, half), `(${steps.length - mostSteps} more)`, ...steps.slice(-half)]
}
