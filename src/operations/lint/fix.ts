import { writeFileSync } from 'node:fs'
import type { Finding } from '../../lint/finding.ts'
import { applyEdits } from '../../lint/fix.ts'
import type { LintResult } from './lint.ts'

/** Puts right in the files what can safely be put right, and answers with how many findings that were. */
export function fixFindings({ findings, texts }: LintResult): number {
  const byFile = new Map<string, Finding[]>()
  for (const finding of findings) {
    const file = finding.location?.file
    if (file !== undefined) byFile.set(file, [...(byFile.get(file) ?? []), finding])
  }
  let fixed = 0
  for (const [file, of] of byFile) {
    const before = texts.get(file)
    if (before === undefined) continue
    const { text, count } = applyEdits(before, of)
    if (text !== before) writeFileSync(file, text)
    fixed += count
  }
  return fixed
}
