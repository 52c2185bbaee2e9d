import pc from 'picocolors'
import type { ClusterProvider } from '../../config/config.ts'
import { plan as planEnvironment } from '../../operations/prepare.ts'
import type { Plan, StrategyName } from '../../plan/plan.ts'
import { loadEnvironment } from '../load-environment.ts'
import type { Session } from '../session.ts'

export interface PlanFlags {
  readonly file?: string
  readonly strategy: StrategyName
  readonly provider?: ClusterProvider
  readonly output: 'text' | 'json'
}

/** `kindling plan`: exactly what `up` would do. */
export async function planCommand(
  session: Session,
  name: string | undefined,
  flags: PlanFlags,
): Promise<void> {
  const { config, environment } = await loadEnvironment(session, name, flags)
  const plan = await planEnvironment(config, environment, flags.strategy, await session.host())
  const { stdout } = session
  stdout.write(
    flags.output === 'json' ? `${JSON.stringify(plan, null, 2)}\n` : formatPlan(plan, stdout.color),
  )
}

function formatPlan(plan: Plan, color: boolean): string {
  const paint = pc.createColors(color)
  const capacity = Object.entries(plan.capacity).map(([slot, amount]) => `${slot} ${amount}`)
  const lines = [
    `${plan.project}/${plan.environment}, strategy ${plan.strategy}: ${plan.tasks.length} tasks (${capacity.join(', ')})`,
  ]
  const width = Math.max(...plan.tasks.map(({ id }) => id.length))
  for (const phase of new Set(plan.tasks.map((task) => task.phase))) {
    lines.push('', paint.bold(phase))
    for (const task of plan.tasks.filter((candidate) => candidate.phase === phase)) {
      const needs = task.needs.length === 0 ? 'at once' : `after ${task.needs.join(', ')}`
      lines.push(`  ${task.id.padEnd(width)}  ${paint.dim(needs)}`)
    }
  }
  return `${lines.join('\n')}\n`
}
