import { connectLocal } from '../../util/connect.ts'
import type { WaitStrategy } from './wait-strategy.ts'

const connectTimeoutMs = 2_000

/** A named port of the service accepts connections from the host. */
export function tcpWait(port: string): WaitStrategy {
  return {
    name: `tcp ${port}`,
    async look({ cluster, service, signal }) {
      try {
        await connectLocal(cluster.hostPort(service, port), connectTimeoutMs)
        return { isReady: true }
      } catch (error) {
        if (signal.aborted) throw error
        return { isReady: false, reason: `port ${port}: ${error instanceof Error ? error.message : error}` }
      }
    },
  }
}
