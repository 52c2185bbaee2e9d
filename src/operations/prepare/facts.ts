import { availableParallelism, totalmem } from 'node:os'
import type { Config } from '../../config/config.ts'
import type { PlanFacts } from '../../plan/plan.ts'
import type { History } from '../../state/history.ts'
import { projectId } from '../environment-id.ts'

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
