import type { WaitStrategy } from './wait-strategy.ts'

/** One call of a command may take this long before it counts as not ready. */
const callTimeoutMs = 10_000

/** A command in a container of the service exits with 0 (R1: ask for what is really needed). */
export function execWait(command: readonly string[]): WaitStrategy {
  return {
    name: `exec ${command.join(' ')}`,
    async look({ cluster, service, signal }) {
      const { exitCode, output } = await cluster.exec(service, command, { signal, timeoutMs: callTimeoutMs })
      if (exitCode === 0) return { isReady: true }
      const lastLine = output.trim().split('\n').at(-1) ?? ''
      return { isReady: false, reason: `${command[0]} exited with ${exitCode}: ${lastLine}` }
    },
  }
}
