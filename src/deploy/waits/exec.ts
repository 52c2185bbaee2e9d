import type { ContainerChoice } from '../../drivers/cluster.ts'
import { notYet, reasonOf, type WaitStrategy } from './wait-strategy.ts'

/** One call of a command may take this long before it counts as not ready. */
const callTimeoutMs = 10_000

/** A command in a container of the service exits with 0 (R1: ask for what is really needed). */
export function execWait(command: readonly string[], choice: ContainerChoice = {}): WaitStrategy {
  return {
    name: `exec ${command.join(' ')}`,
    isWatched: false,
    async look({ cluster, service, signal }) {
      const options = { ...choice, signal, timeoutMs: callTimeoutMs }
      try {
        const { exitCode, output } = await cluster.exec(service, command, options)
        if (exitCode === 0) return { isReady: true }
        const lastLine = output.trim().split('\n').at(-1) ?? ''
        return notYet(`${command[0]} exited with ${exitCode}: ${lastLine}`)
      } catch (error) {
        // The container may have gone while it was asked; the next look will tell.
        return notYet(reasonOf(error, signal))
      }
    },
  }
}
