import type { ContainerChoice, ExecOutcome } from '../../drivers/cluster.ts'
import { never, notYet, reasonOf, type WaitStrategy } from './wait-strategy.ts'

const callTimeoutMs = 10_000

/** Programs that look a name up as programs of the container do, and exit with 0 when there is an address. */
const lookups: readonly (readonly string[])[] = [['getent', 'hosts'], ['nslookup']]

/** What engines and shells say of a program that is not there. */
const isMissing = ({ exitCode, output }: ExecOutcome) =>
  (exitCode === 126 || exitCode === 127) &&
  /executable file|no such file or directory|command not found/i.test(output)

/** A name resolves inside a container of the service (R8). */
export function dnsWait(name: string, choice: ContainerChoice = {}): WaitStrategy {
  let usable = lookups
  return {
    name: `dns ${name}`,
    isWatched: false,
    async look({ cluster, service, signal }) {
      for (const lookup of usable) {
        const options = { ...choice, signal, timeoutMs: callTimeoutMs }
        const outcome = await cluster
          .exec(service, [...lookup, name], options)
          .catch((error: unknown) => ({ exitCode: 1, output: reasonOf(error, signal) }))
        if (outcome.exitCode === 0) return { isReady: true }
        if (isMissing(outcome)) continue
        usable = [lookup]
        const said = outcome.output.trim().split('\n').at(-1)
        return notYet(`${lookup[0]} exited with ${outcome.exitCode}${said ? `: ${said}` : ''}`)
      }
      return never(
        `${name} cannot be looked up: the container has neither getent nor nslookup`,
        'choose another `container` or `pod`, or ask with a program of the image through `exec`',
      )
    },
  }
}
