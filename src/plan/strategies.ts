import { topologicalOrder } from '../graph/topological-order.ts'
import { isLastOfService } from './environment-tasks.ts'
import type { PlannedTask, StrategyName } from './plan.ts'

type AddEdges = (tasks: readonly PlannedTask[]) => readonly PlannedTask[]

/** A strategy is nothing but edges between phases; the work is the same. */
const strategies: Readonly<Record<StrategyName, AddEdges>> = {
  serial: oneAfterAnother,
  standard: (tasks) => barrier(barrier(tasks, isClusterTask, isImageTask), isProvision, isDeployTask),
  hybrid: (tasks) =>
    barrier(
      barrier(barrier(tasks, isImageTask, isClusterTask), isClusterTask, isLoadTask),
      isProvision,
      isDeployTask,
    ),
  pipelined: (tasks) => tasks,
}

/** The same tasks with the strategy's edges. */
export function applyStrategy(strategy: StrategyName, tasks: readonly PlannedTask[]): readonly PlannedTask[] {
  return strategies[strategy](tasks)
}

function isImageTask({ kind }: PlannedTask): boolean {
  return kind === 'build' || kind === 'pull'
}

function isClusterTask({ kind }: PlannedTask): boolean {
  return kind === 'cluster'
}

function isLoadTask({ kind }: PlannedTask): boolean {
  return kind === 'layers' || kind === 'load'
}

/** What gives a service its images. */
function isProvision(task: PlannedTask): boolean {
  return isImageTask(task) || isLoadTask(task)
}

function isDeployTask({ kind }: PlannedTask): boolean {
  return kind === 'deploy' || kind === 'run'
}

type Selector = (task: PlannedTask) => boolean

/** Every task of the one sort before any task of the other. */
function barrier(tasks: readonly PlannedTask[], first: Selector, then: Selector): PlannedTask[] {
  const needed = tasks.filter(first).map(({ id }) => id)
  return tasks.map((task) => (then(task) ? { ...task, needs: unique([...task.needs, ...needed]) } : task))
}

/**
 * Service by service, as a script would: what a service needs, its images, itself, and only then the next. That is
 * the depth-first order from the services' last tasks; every task then waits for the one before it.
 */
function oneAfterAnother(tasks: readonly PlannedTask[]): PlannedTask[] {
  const order = topologicalOrder([...tasks.filter(isClusterTask), ...tasks.filter(isLastOfService), ...tasks])
  return order.map((task, index) => {
    const previous = order[index - 1]
    return previous === undefined ? task : { ...task, needs: unique([...task.needs, previous.id]) }
  })
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}
