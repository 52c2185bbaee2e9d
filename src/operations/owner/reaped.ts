import type { Reaped } from '../../state/reaped.ts'

/** In a sentence for whoever comes next. */
export function describeReaped({ id, command, pid, at, fate, log }: Reaped): string {
  const time = new Date(at).toISOString()
  const where = log === undefined ? '' : ` (${log})`
  const what = {
    removed: `what it left was removed at ${time}`,
    stays: `what it was at was ended at ${time}, and what was up before stayed`,
    left: `what it left could not be removed: \`kindling gc\` tries again`,
  }
  return `${id}: \`${command}\`, process ${pid}, was killed; ${what[fate]}${where}`
}
