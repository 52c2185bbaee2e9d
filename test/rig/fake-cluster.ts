import type { Cluster, ExecOutcome, LogPiece, RolloutState } from '../../src/drivers/cluster.ts'
import type { Forward, ForwardTarget } from '../../src/drivers/forward.ts'
import type { KubernetesObject } from '../../src/util/kubernetes-object.ts'

/** How a cluster answers; what is not said is up, quiet and empty. */
export interface ClusterScript {
  readonly rollout?: (look: number) => RolloutState | Promise<RolloutState>
  readonly exec?: (command: readonly string[]) => ExecOutcome
  readonly hostPort?: number
  readonly logs?: () => string
  /** What its containers have printed, for whoever looks for the how-manieth time. */
  readonly lines?: (look: number) => readonly LogPiece[]
  readonly object?: () => KubernetesObject | string
  readonly forward?: (target: ForwardTarget) => Forward | Promise<Forward>
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

  async newLogs(): Promise<readonly LogPiece[]> {
    return this.#script.lines?.(this.looks++) ?? []
  }

  async object(): Promise<KubernetesObject | string> {
    return this.#script.object?.() ?? 'object to be there'
  }

  async forward(target: ForwardTarget): Promise<Forward> {
    return this.#script.forward?.(target) ?? { port: 1, close: async () => {} }
  }

  async removeService(): Promise<void> {}

  async remove(): Promise<void> {}
}
