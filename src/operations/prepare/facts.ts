import { availableParallelism, totalmem } from 'node:os'
import type { Config } from '../../config/config.ts'
import type { PlanFacts } from '../../plan/plan.ts'
import type { History } from '../../state/history.ts'
import { projectId } from '../environment-id.ts'

/** What it takes to see that a cluster is there and answers, milliseconds. */
const lookMs = 800

/** What the planner is told of this machine and of earlier runs on it. */
export function machineFacts(
  config: Pick<Config, 'root' | 'project'>,
  history: History,
): Omit<PlanFacts, 'imagesOf' | 'provider' | 'isClusterThere'> {
  const project = projectId(config)
  return {
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    expectedMs: (task) => history.expectedMs(project, task),
    memoryOf: (task) => history.memoryBytes(project, task),
  }
}

/** The same where there is a cluster: it need not be started, but looked at. */
export function withoutStart<F extends Pick<PlanFacts, 'expectedMs'>>(facts: F): F {
  const { expectedMs } = facts
  const isStart = (task: string) => /^(cluster|nodes|dns):/.test(task)
  return {
    ...facts,
    expectedMs: (task: string) =>
      isStart(task) ? Math.min(expectedMs(task) || lookMs, lookMs) : expectedMs(task),
  }
}
