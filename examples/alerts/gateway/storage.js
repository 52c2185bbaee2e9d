import { HttpError } from '../common/http-error.js'

/** Shorter than the claim on a fingerprint (`deduplication.js`), so that a claim outlives the attempt to store. */
const timeoutMs = 3_000

/** The service `datastorage`. Every method rejects with 502 when it does not answer or fails itself. */
export function openStorage(url) {
  async function request(path, options) {
    try {
      const response = await fetch(new URL(path, url), {
        ...options,
        signal: AbortSignal.timeout(timeoutMs),
      })
      const body = await response.json()
      if (response.status >= 500) throw new Error(body.error ?? body.status)
      return { status: response.status, body }
    } catch (error) {
      throw new HttpError(502, 'datastorage does not answer as it should', { cause: error })
    }
  }

  return {
    /** The id of the stored alert. */
    async insert(alert) {
      const headers = { 'content-type': 'application/json' }
      const { status, body } = await request('/alerts', {
        method: 'POST',
        headers,
        body: JSON.stringify(alert),
      })
      if (status !== 201) throw new HttpError(502, `datastorage refused the alert: ${body.error}`)
      return body.id
    },

    /** The answer to a GET, as datastorage gave it. */
    get: (path) => request(path),

    check: () => request('/readyz'),
  }
}
