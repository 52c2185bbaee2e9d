import type { Readable } from 'node:stream'
import type { Host } from '../operations/host.ts'
import { type Terminal, terminalOn } from '../reporters/terminal.ts'
import { ciSystem } from './ci-system.ts'

/** What a command has of the process it runs in. */
export interface Session {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What is typed, or piped, into it. */
  readonly stdin: Readable
  /** Data, for people and programs. */
  readonly stdout: Terminal
  /** Progress and problems. */
  readonly stderr: Terminal
  /** Aborted by the first Ctrl-C. */
  readonly abort: AbortController
  /** Aborted when standard output takes no more: nobody reads it, or it cannot be written. */
  readonly unread: AbortSignal
  /** Whether an interrupt is the ordinary end, of which nothing need be said. */
  isInterruptOrdinary: boolean
  /** Tells a person something beside what the command prints; who draws on the terminal takes it over meanwhile. */
  announce: (line: string) => void
  /** Writes what reporters have put off: for the end of the process, which waits for nothing. */
  flush: () => void
  /** What the command line asks for beside the text for people. */
  wanted: Wanted
  /** Whether a run has begun: then its reporters tell of its end. */
  hasRun: boolean
  exitCode: number
  /** This machine; loaded when a command first asks, so that `--help` need not. */
  host(): Promise<Host>
  /** The host, if a command has asked for it. */
  readonly loadedHost: Host | undefined
}

/** Reports for programs. */
export interface Wanted {
  /** Whether standard output has one JSON object, and nothing else. */
  readonly isJson: boolean
  /** Whether that object is a line, for whoever waits for lines. */
  readonly isOneLine?: boolean
  /** Absolute path of a file for a report in the JUnit format. */
  readonly junitFile?: string
}

export function createSession(
  from: Pick<NodeJS.Process, 'cwd' | 'env' | 'stdin' | 'stdout' | 'stderr'>,
): Session {
  let host: Host | undefined
  const unread = new AbortController()
  // Nobody reads it any more, or a disk is full: neither is a reason to leave anything half done.
  from.stdout.on('error', (error) => unread.abort(error))
  from.stderr.on('error', () => {})
  const stderr = terminalOn(from.stderr, from.env, { isColorLog: ciSystem(from.env) !== undefined })
  return {
    cwd: from.cwd(),
    env: from.env,
    // Opened when it is first asked for: most commands read nothing.
    get stdin() {
      return from.stdin
    },
    stdout: terminalOn(from.stdout, from.env),
    stderr,
    abort: new AbortController(),
    unread: unread.signal,
    isInterruptOrdinary: false,
    announce: (line) => stderr.write(`\n${line}\n`),
    flush: () => {},
    wanted: { isJson: false },
    hasRun: false,
    exitCode: 0,
    async host() {
      if (host === undefined) {
        const { Host: HostClass } = await import('../operations/host.ts')
        host = new HostClass(from.env)
        host.onNotice = (text) => void from.stderr.write(`${text}\n`)
      }
      return host
    },
    get loadedHost() {
      return host
    },
  }
}
