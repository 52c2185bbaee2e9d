import type { Clock } from '../../util/clock.ts'
import type { LoadOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'

/** A cluster that was ready so shortly before is not looked at again, milliseconds. */
const trustedMs = 10_000

export interface KeepAliveInit {
  readonly clock: Clock
  /** Has the cluster as it should be, again; `created` when it was not. */
  readonly revive: (options: CallOptions) => Promise<'created' | 'reused'>
}

/**
 * Looks at a cluster once more before its first work after it was ready (C1): beside long builds one may die unseen, and
 * while nothing runs in it, it can be made anew without loss. What dies later fails with its own words.
 */
export class KeepAlive {
  readonly #init: KeepAliveInit
  #readyMs: number | undefined
  #look: Promise<void> | undefined

  constructor(init: KeepAliveInit) {
    this.#init = init
  }

  /** To be called when the cluster is ready. */
  isReady(): void {
    this.#readyMs = this.#init.clock.now()
  }

  /** To be awaited before work on the cluster; whoever comes meanwhile waits for the same look. */
  async beforeWork(options: LoadOptions): Promise<void> {
    if (this.#readyMs === undefined) return
    this.#look ??= this.#lookAgain(this.#readyMs, options)
    await this.#look
  }

  async #lookAgain(readyMs: number, options: LoadOptions): Promise<void> {
    const { clock, revive } = this.#init
    if (clock.now() - readyMs < trustedMs) return
    if ((await revive(options)) === 'created') {
      options.onRevived?.('the cluster had died while it was idle, and was made anew')
    }
  }
}
