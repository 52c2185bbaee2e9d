import { fileURLToPath } from 'node:url'
import { displayPath } from '../../diagnostics/format.ts'
import { installHook, uninstallHook } from '../../operations/lint/hooks.ts'
import type { HookAction } from '../hook-actions.ts'
import type { Session } from '../session.ts'

const words = {
  installed: 'installed',
  renewed: 'renewed',
  removed: 'removed',
  none: 'no hook of Kindling in',
} as const

/** `kindling hooks`. */
export async function hooksCommand({ cwd, stderr }: Session, action: HookAction): Promise<void> {
  const bin = fileURLToPath(new URL('../../../bin/kindling.js', import.meta.url))
  const { change, file, other } =
    action === 'install' ? await installHook(cwd, [process.execPath, bin]) : await uninstallHook(cwd)
  stderr.write(`${words[change]} ${displayPath(file, cwd)}\n`)
  if (other === undefined) return
  const what = action === 'install' ? 'is kept as' : 'is back:'
  stderr.write(`the hook that was there ${what} ${displayPath(other, cwd)}\n`)
}
