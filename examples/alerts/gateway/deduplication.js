import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { HttpError } from '../common/http-error.js'
import { log } from '../common/log.js'

const claimed = 'claimed'
/** How long a claim holds if its owner dies. */
const claimMs = 5_000
const pollMs = 20

/**
 * Remembers in Redis which alert was stored under which fingerprint:
 *
 *     absent ──claim──▶ claimed ──stored──▶ id ──window──▶ absent
 *                          └──failed, or owner died──────────┘
 */
export function openDeduplication(url, { windowMs }) {
  const redis = new Redis(url, {
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  })
  redis.on('error', (error) => log('warn', 'no connection to Redis', { reason: error.message }))

  async function ask(command) {
    try {
      return await command
    } catch (error) {
      throw new HttpError(503, 'Redis does not answer', { cause: error })
    }
  }

  return {
    /**
     * Stores the alert unless it was stored within the window; of several at once, one stores and the others wait.
     *
     * @param {string} fingerprint
     * @param {() => Promise<string>} store resolves to the id
     * @returns {Promise<{ id: string, isDuplicate: boolean }>}
     */
    async once(fingerprint, store) {
      const key = `alert:${fingerprint}`
      const deadline = Date.now() + 2 * claimMs
      while (Date.now() < deadline) {
        if ((await ask(redis.set(key, claimed, 'PX', claimMs, 'NX'))) === 'OK') {
          const id = await store().catch(async (error) => {
            await redis.del(key).catch(() => {})
            throw error
          })
          await ask(redis.set(key, id, 'PX', windowMs))
          return { id, isDuplicate: false }
        }
        const id = await ask(redis.get(key))
        if (id !== null && id !== claimed) return { id, isDuplicate: true }
        await sleep(pollMs)
      }
      throw new HttpError(503, 'the same alert is being stored, but does not get there')
    },

    check: () => ask(redis.ping()),

    close: () => redis.disconnect(),
  }
}
