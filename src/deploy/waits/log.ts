import type { ContainerChoice } from '../../drivers/cluster.ts'
import { describePattern, isIn, type TextPattern } from './text-pattern.ts'
import { notYet, reasonOf, unserved, type WaitStrategy } from './wait-strategy.ts'

/**
 * A container has printed a line since it was last started; of several containers, any one. Each line is read once or
 * twice, however long the log is.
 */
export function logWait(line: TextPattern, choice: ContainerChoice = {}): WaitStrategy {
  const marks = new Map<string, string>()
  return {
    name: `log ${describePattern(line)}`,
    isWatched: false,
    async look(target) {
      const { cluster, service, signal } = target
      if (cluster.newLogs === undefined) return unserved('log', target)
      const pieces = await cluster
        .newLogs(service, choice, marks, { signal })
        .catch((error: unknown) => reasonOf(error, signal))
      if (typeof pieces === 'string') return notYet(pieces)
      for (const { run, lines, mark } of pieces) {
        if (lines.some((each) => isIn(line, each))) return { isReady: true }
        if (mark !== undefined) marks.set(run, mark)
      }
      if (pieces.length > 0) {
        const names = pieces.map(({ container }) => container)
        return notYet(`${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} not printed it yet`)
      }
      const { container, pod } = choice
      const what = container === undefined ? 'container' : `container ${container}`
      return notYet(`no ${what}${pod === undefined ? '' : ` of ${pod}`} was started yet`)
    },
  }
}
