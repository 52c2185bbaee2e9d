import type { Config } from '../../config/config.ts'
import { simulate } from '../../engine/simulate.ts'
import { criticalPath } from '../../graph/critical-path.ts'
import { isAnnounced } from '../../images/dockerfile.ts'
import type { Cost, Finding } from '../../lint/finding.ts'
import type { Plan } from '../../plan/plan.ts'
import type { History } from '../../state/history.ts'
import { projectId } from '../environment-id.ts'

/** Less is what a cached instruction takes, and no price. */
const leastMs = 100

/** What single instructions took in the last builds of a project on this machine. */
export class BuildCosts {
  readonly #history: History
  readonly #project: string
  readonly #criticalIn = new Map<string, string[]>()
  #plans: ReadonlyMap<string, Plan> = new Map()

  constructor(config: Config, history: History) {
    this.#history = history
    this.#project = projectId(config)
  }

  /** Whether anything is known of the builds of an image. */
  knows(image: string): boolean {
    return this.#history.instructions(this.#project, taskOf(image)).length > 0
  }

  /** Notes which builds decide how long an environment takes, by its plan. */
  setPlans(plans: ReadonlyMap<string, Plan>): void {
    this.#plans = plans
    for (const [environment, { tasks }] of plans) {
      for (const { id } of criticalPath(tasks, ({ expectedMs }) => expectedMs).path) {
        this.#criticalIn.set(id, [...(this.#criticalIn.get(id) ?? []), environment])
      }
    }
  }

  /** What instructions took, as they stand in the Dockerfile; nothing if that is not known, or not worth a word. */
  costOf(image: string, instructions: readonly string[]): Cost | undefined {
    const times = this.#history.instructions(this.#project, taskOf(image))
    if (times.length === 0) return undefined
    const ms = instructions.reduce(
      (sum, text) => sum + (times.find(({ instruction }) => isAnnounced(text, instruction))?.ms ?? 0),
      0,
    )
    return ms < leastMs ? undefined : { image, ms, criticalIn: this.#criticalIn.get(taskOf(image)) ?? [] }
  }

  /** Adds how much sooner the environment that gains most would be up without each finding. */
  async withSavings(findings: readonly Finding[]): Promise<readonly Finding[]> {
    return Promise.all(
      findings.map(async (finding) => {
        const { cost } = finding
        if (cost === undefined || cost.criticalIn.length === 0) return finding
        const saved = await Promise.all(
          cost.criticalIn.map((environment) => this.#savedMs(environment, cost)),
        )
        return { ...finding, cost: { ...cost, savedMs: Math.round(Math.max(0, ...saved)) } }
      }),
    )
  }

  async #savedMs(environment: string, { image, ms }: Cost): Promise<number> {
    const plan = this.#plans.get(environment)
    if (plan === undefined) return 0
    const { tasks, capacity } = plan
    const without = tasks.map((task) =>
      task.id === taskOf(image) ? { ...task, expectedMs: Math.max(0, task.expectedMs - ms) } : task,
    )
    const [now, then] = [await simulate(tasks, capacity), await simulate(without, capacity)]
    return now.totalMs - then.totalMs
  }
}

function taskOf(image: string): string {
  return `build:${image}`
}
