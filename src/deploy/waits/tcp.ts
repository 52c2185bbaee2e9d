import { connectLocal } from '../../util/connect.ts'
import { notYet, reasonOf, type WaitStrategy } from './wait-strategy.ts'

const connectTimeoutMs = 2_000

/** A named port of the service accepts connections from the host. */
export function tcpWait(port: string): WaitStrategy {
  return {
    name: `tcp ${port}`,
    isWatched: false,
    async look({ cluster, service, signal }) {
      try {
        await connectLocal(cluster.hostPort(service, port), connectTimeoutMs, signal)
        return { isReady: true }
      } catch (error) {
        return notYet(`port ${port}: ${reasonOf(error, signal)}`)
      }
    },
  }
}
