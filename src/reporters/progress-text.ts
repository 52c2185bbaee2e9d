import { formatBytes } from '../util/bytes.ts'
import type { LiveTask } from './live-state.ts'

/** What a task is doing and how far it is, in one line: `4/9 RUN npm ci`, `12.0 MiB of 45.3 MiB`; may be empty. */
export function progressText({ text, done, total, unit }: LiveTask): string {
  return [amount(done, total, unit), text].filter(Boolean).join(' ')
}

function amount(done: number | undefined, total: number | undefined, unit: LiveTask['unit']): string {
  if (done === undefined) return ''
  const said = unit === 'bytes' ? formatBytes : String
  if (total === undefined) return said(done)
  return unit === undefined ? `${done}/${total}` : `${said(done)} of ${said(total)}`
}
