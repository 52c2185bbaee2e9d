import { displayPath } from '../diagnostics/format.ts'
import type { RunDirectory } from '../state/run-directory.ts'

/** Where a run that has not succeeded tells more: the page of its evidence, or the output of its tasks. */
export function evidenceLine(
  { outcome, evidenceIndex, run }: { outcome: string; evidenceIndex?: string; run: RunDirectory },
  cwd: string,
): string {
  if (evidenceIndex !== undefined) return `evidence: ${displayPath(evidenceIndex, cwd)}\n`
  return outcome === 'succeeded' ? '' : `logs: ${displayPath(run.logs, cwd)}\n`
}
