import pc from 'picocolors'
import { formatDiagnostic } from '../../diagnostics/format.ts'
import type { Cost, Finding } from '../../lint/finding.ts'
import { formatDuration } from '../../util/duration.ts'
import type { LintFormat, LintSurroundings } from './lint-output.ts'

/** For people: each finding with its excerpt, why it is one, what it costs and what to do; then how many there are. */
export const textOutput: LintFormat = ({ findings, texts }, surroundings) => {
  const blocks = findings.map((finding) => block(finding, texts, surroundings))
  return [...blocks, summary(findings, texts.size, surroundings)].map((text) => `${text}\n`).join('')
}

function block(
  { hint, why, cost, ...finding }: Finding,
  texts: ReadonlyMap<string, string>,
  { cwd, stdout }: LintSurroundings,
): string {
  const paint = pc.createColors(stdout.color)
  const source = finding.location === undefined ? undefined : texts.get(finding.location.file)
  const lines = [
    formatDiagnostic(finding, source, { cwd, color: stdout.color }),
    `  ${paint.bold('why: ')} ${why}`,
    ...(cost === undefined ? [] : [`  ${paint.bold('cost:')} ${costText(cost)}`]),
    ...(hint === undefined ? [] : [`  ${paint.bold('hint:')} ${hint}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** What a finding costs, in words. */
export function costText({ image, ms, criticalIn, savedMs = 0 }: Cost): string {
  const took = `${formatDuration(ms)} when \`${image}\` was last built on this machine`
  if (criticalIn.length === 0) return `${took}, on no critical path`
  const paths = `on the critical path of ${criticalIn.map((name) => `\`${name}\``).join(', ')}`
  return savedMs < 100
    ? `${took}, ${paths}`
    : `${took}, ${paths}: up ${formatDuration(savedMs)} sooner without it`
}

function summary(findings: readonly Finding[], files: number, { fixed }: LintSurroundings): string {
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length
  const fixable = findings.filter(({ edits = [] }) => edits.length > 0).length
  const counts = [plural(count('error'), 'error'), plural(count('warning'), 'warning')].join(', ')
  return [
    `${findings.length === 0 ? 'nothing found' : counts} in ${plural(files, 'file')}`,
    ...(fixed > 0 ? [`${fixed} fixed`] : []),
    ...(fixable > 0 ? [`\`--fix\` can fix ${fixable} of them`] : []),
  ].join('; ')
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
