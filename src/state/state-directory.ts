import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Where Kindling keeps what belongs to the host rather than to one repository: port leases, locks, what exists and
 * whose it is. `KINDLING_STATE_DIR` overrides; otherwise `kindling` under `XDG_STATE_HOME`, which the XDG base
 * directory specification sets to `~/.local/state`. Absolute: other programs are given paths in it, wherever they run.
 */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  if (env.KINDLING_STATE_DIR) return resolve(env.KINDLING_STATE_DIR)
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'kindling')
}
