import { constants } from 'node:os'
import type { Session } from './session.ts'

/** npm sends a Ctrl-C on to its child, which the terminal has sent to it already: the second within this is no second. */
const duplicateMs = 1_000

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interrupts {
  /** 128 and the signal's number once interrupted, as shells count; otherwise undefined. */
  exitCode(): number | undefined
  dispose(): void
}

/**
 * The first signal asks for an orderly end; the second, a moment later, kills every process that was started and
 * leaves the rest to `kindling down` or `gc`.
 */
export function installInterrupts(session: Session, exit: (code: number) => void): Interrupts {
  let first: { readonly code: number; readonly at: number } | undefined
  const handlers = signals.map((signal) => {
    const handler = () => {
      const code = 128 + constants.signals[signal]
      if (first === undefined) {
        first = { code, at: performance.now() }
        if (!session.isInterruptOrdinary) session.announce('interrupted: cleaning up; again to stop at once')
        session.abort.abort(new Error(`interrupted by ${signal}`))
      } else if (performance.now() - first.at > duplicateMs) {
        session.loadedHost?.killAllNow()
        exit(code)
      }
    }
    process.on(signal, handler)
    return { signal, handler }
  })
  const onExit = () => {
    session.loadedHost?.killAllNow()
    session.flush()
  }
  process.on('exit', onExit)
  return {
    exitCode: () => first?.code,
    dispose: () => {
      for (const { signal, handler } of handlers) process.off(signal, handler)
    },
  }
}
