import { relative } from 'node:path'
import type { LintSpec } from '../config/config.ts'
import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import { suggestion } from '../diagnostics/suggest.ts'
import type { Finding } from './finding.ts'
import { ruleNames } from './rule-names.ts'
import { waiverRule } from './waivers.ts'

/**
 * Findings after what `kindling.yaml` says about them: waived, or more or less severe. What it says without any effect is
 * a finding itself; that it waives nothing only if `isWhole`, when the whole project was looked at.
 */
export function applySettings(
  findings: readonly Finding[],
  { disabled, severities }: LintSpec,
  isWhole: boolean,
): readonly Finding[] {
  const used = new Set<LintSpec['disabled'][number]>()
  const left = findings.filter(({ code, location }) => {
    const waivers = disabled.filter(
      ({ rule, path }) => rule === code && (path === undefined || isBelow(location, path)),
    )
    for (const waiver of waivers) used.add(waiver)
    return waivers.length === 0
  })
  const unknown = [
    ...disabled.filter(({ rule }) => !ruleNames.includes(rule)),
    ...[...severities]
      .filter(([rule]) => !ruleNames.includes(rule))
      .map(([rule, { location }]) => ({ rule, location })),
  ]
  const unused = isWhole ? disabled.filter((one) => ruleNames.includes(one.rule) && !used.has(one)) : []
  return [
    ...left.map((finding) => {
      const severity = severities.get(finding.code)?.severity
      return severity === undefined ? finding : { ...finding, severity }
    }),
    ...unknown.map(({ rule, location }) =>
      problem('error', location, `there is no rule \`${rule}\``, suggestion(rule, ruleNames, 'rules')),
    ),
    ...unused.map(({ rule, location }) =>
      problem('warning', location, `the waiver of \`${rule}\` waives nothing`, 'remove it'),
    ),
  ]
}

function isBelow(location: SourceLocation | undefined, path: string): boolean {
  if (location === undefined) return false
  const way = relative(path, location.file)
  return way === '' || (!way.startsWith('..') && !way.startsWith('/'))
}

function problem(
  severity: Finding['severity'],
  location: SourceLocation,
  message: string,
  hint: string,
): Finding {
  return { code: waiverRule.name, severity, message, location, hint, why: waiverRule.why }
}
