import { type Deferred, deferred } from '../../util/deferred.ts'
import { orAborted } from '../../util/or-aborted.ts'

/** What a claim leaves to its holder. */
export interface BlobClaim {
  /** Those that nobody else has delivered: to be sent now. */
  readonly digests: ReadonlySet<string>
  /** To be called once: the node has them now, or they were not delivered. */
  settle(outcome: 'delivered' | 'failed'): void
}

/**
 * What is being sent to one node, so that of several images with a layer in common one brings it. A claim is made for
 * everything at once and holds nothing while it waits: claims cannot lock each other out.
 */
export class BlobsInFlight {
  readonly #flights = new Map<string, Deferred<'delivered' | 'failed'>>()

  /** Whether somebody is sending it. */
  has(digest: string): boolean {
    return this.#flights.has(digest)
  }

  /** Waits for what others are sending, and claims what is then left. Rejects with the signal's reason. */
  async claim(digests: Iterable<string>, signal?: AbortSignal): Promise<BlobClaim> {
    const wanted = new Set(digests)
    for (;;) {
      signal?.throwIfAborted()
      const others = [...wanted].flatMap((digest) => {
        const flight = this.#flights.get(digest)
        return flight === undefined ? [] : [{ digest, flight }]
      })
      if (others.length === 0) return this.#take(wanted)
      for (const { digest, flight } of others) {
        if ((await orAborted(flight.promise, signal)) === 'delivered') wanted.delete(digest)
      }
    }
  }

  #take(digests: ReadonlySet<string>): BlobClaim {
    const flight = deferred<'delivered' | 'failed'>()
    for (const digest of digests) this.#flights.set(digest, flight)
    return {
      digests,
      settle: (outcome) => {
        for (const digest of digests) this.#flights.delete(digest)
        flight.resolve(outcome)
      },
    }
  }
}
