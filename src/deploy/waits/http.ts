import { requestLocal } from '../../util/connect.ts'
import type { WaitStrategy } from './wait-strategy.ts'

/** One request may take this long before it counts as not ready. */
const requestTimeoutMs = 5_000

/** A GET to a named port of the service, from the host, answers with the wanted status. */
export function httpWait(port: string, path: string, status: number): WaitStrategy {
  return {
    name: `http ${port} ${path}`,
    async look({ cluster, service, signal }) {
      try {
        const answer = await requestLocal(cluster.hostPort(service, port), path, {
          timeoutMs: requestTimeoutMs,
          signal,
        })
        if (answer.status === status) return { isReady: true }
        const firstLine = answer.body.split('\n', 1)[0]?.slice(0, 120) ?? ''
        return {
          isReady: false,
          reason: `GET ${path} answered ${answer.status}, not ${status}: ${firstLine}`,
        }
      } catch (error) {
        if (signal.aborted) throw error
        return { isReady: false, reason: `GET ${path}: ${error instanceof Error ? error.message : error}` }
      }
    },
  }
}
