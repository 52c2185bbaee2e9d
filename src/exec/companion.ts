import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Command } from './command.ts'

/** How a companion ended, as a sentence goes on: `with exit code 3`, `by SIGKILL`. */
export interface CompanionEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process beside this one that outlives it, if only to clear up. */
export interface Companion {
  /** The first line that it writes; `undefined` when it ends without one. Rejects when it cannot be started. */
  readonly firstLine: Promise<string | undefined>
  /** Lets go of it, with a last word, and resolves when it has ended. */
  release(word?: string): Promise<CompanionEnd>
}

/**
 * Starts a process in a session of its own: no signal of the terminal reaches it. What it has of this process is
 * standard input, whose end tells it that this one has let go, or is gone, whatever ended it. It writes its errors to
 * where this process does, so that they are seen even then. It does not keep this process from ending.
 */
export function startCompanion({ program, args, cwd, env }: Command): Companion {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close') as Promise<[CompanionEnd['exitCode'], CompanionEnd['signal']]>
  // It may have ended before it is let go of.
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })
  const firstLine = Promise.race([once(lines, 'line'), ended.then(() => [])]).then(([line]) => {
    for (const handle of [child, child.stdin, child.stdout]) unref(handle)
    return line as string | undefined
  })
  return {
    firstLine,
    release: async (word) => {
      child.ref()
      child.stdin.end(word === undefined ? '' : `${word}\n`)
      const [exitCode, signal] = await ended
      return { exitCode, signal }
    },
  }
}

/** A pipe to a process is a socket, which its type does not say. */
function unref(handle: object): void {
  if ('unref' in handle && typeof handle.unref === 'function') handle.unref()
}
