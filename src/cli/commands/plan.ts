import type { ClusterProvider } from '../../config/config.ts'
import { type Forecast, forecast, type Supposition } from '../../operations/forecast.ts'
import { mermaidOf } from '../../plan/mermaid.ts'
import type { StrategyName } from '../../plan/plan.ts'
import { formatForecast } from '../format-plan.ts'
import type { Chosen } from '../load-environment.ts'
import type { Session } from '../session.ts'

export interface PlanFlags {
  readonly file?: string
  readonly strategy: StrategyName
  readonly provider?: ClusterProvider
  readonly simulate?: Supposition
  readonly graph?: boolean
  readonly output: 'text' | 'json'
}

/** `kindling plan`: exactly what `up` would do, and how long it would take. */
export async function planCommand(
  session: Session,
  { config, environment }: Chosen,
  flags: PlanFlags,
): Promise<void> {
  const predicted = await forecast({
    config,
    environment,
    strategy: flags.strategy,
    host: await session.host(),
    ...(flags.simulate === undefined ? {} : { suppose: flags.simulate }),
  })
  session.stdout.write(textOf(predicted, session, flags))
}

function textOf(predicted: Forecast, { stdout }: Session, { output, graph }: PlanFlags): string {
  const { plan, prediction, strategies, savings } = predicted
  if (output === 'json') return `${JSON.stringify({ ...plan, prediction, strategies, savings }, null, 2)}\n`
  return graph === true ? mermaidOf(plan, prediction) : formatForecast(predicted, stdout)
}
