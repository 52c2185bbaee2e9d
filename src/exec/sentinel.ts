import { spawn } from 'node:child_process'
import type { Command } from './command.ts'

/**
 * A shell that waits for a line on its standard input. Where the input ends without one, whoever held its other end is
 * gone, whatever ended it; no poll could tell sooner. While it waits it is a megabyte, and nothing of the command is
 * loaded. It ignores what a closed terminal or an ended job sends to everybody.
 */
const script = `trap '' HUP INT TERM; read -r line && exit 0; exec "$@"`

/**
 * Has a command run as soon as this process has ended in any way, unless it is dismissed before. The command has a
 * session of its own, no input and no output. Returns what dismisses it. Where no shell can be started, nothing watches.
 */
export function startSentinel(command: Command): () => void {
  const child = spawn('sh', ['-c', script, 'sh', command.program, ...command.args], {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  // A pipe is a socket, and would keep this process from ending.
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return () => void child.stdin.end('dismissed\n')
}
