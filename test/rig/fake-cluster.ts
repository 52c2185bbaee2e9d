import type { Cluster, ExecOutcome, RolloutState } from '../../src/drivers/cluster.ts'

/** How a cluster answers; what is not said is up, quiet and empty. */
export interface ClusterScript {
  readonly rollout?: (look: number) => RolloutState | Promise<RolloutState>
  readonly exec?: (command: readonly string[]) => ExecOutcome
  readonly hostPort?: number
  readonly logs?: () => string
}

/** A cluster in which every service is up, but for what its script says. It counts how often it was looked at. */
export class FakeCluster implements Cluster {
  readonly provider = 'fake'
  readonly #script: ClusterScript
  looks = 0

  constructor(script: ClusterScript = {}) {
    this.#script = script
  }

  async start(): Promise<'created'> {
    return 'created'
  }

  async apply(): Promise<'applied'> {
    return 'applied'
  }

  async rollout(): Promise<RolloutState> {
    const up = { ready: 1, total: 1, waitingFor: '' }
    return this.#script.rollout === undefined ? up : this.#script.rollout(this.looks++)
  }

  async exec(_service: string, command: readonly string[]): Promise<ExecOutcome> {
    return this.#script.exec?.(command) ?? { exitCode: 0, output: '' }
  }

  hostPort(): number {
    return this.#script.hostPort ?? 1
  }

  async logs(): Promise<string> {
    return this.#script.logs?.() ?? ''
  }

  async removeService(): Promise<void> {}

  async remove(): Promise<void> {}
}
