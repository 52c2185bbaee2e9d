import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import { suggestion } from '../diagnostics/suggest.ts'
import type { Edit, Finding } from './finding.ts'
import type { RuleDescription } from './rule.ts'

/** A comment of a file that says something to the linter, or tries to. */
export interface WaiverComment {
  /** With its `#`. */
  readonly text: string
  readonly location: SourceLocation
  /** The lines it speaks of, both included. */
  readonly lines: readonly [from: number, to: number]
  /** Takes the comment away, and its line if nothing else stands there. */
  readonly removal: Edit
}

/** What waivers are about, as a rule of its own: it cannot be waived. */
export const waiverRule: RuleDescription = {
  name: 'waiver',
  severity: 'error',
  summary: 'a waiver gives no reason, names a rule that does not exist, or waives nothing',
  why: 'waivers stay for years, and whoever comes next has to know whether they still hold',
  details: `A waiver needs a reason and the names of rules that exist. One that waives nothing, or nothing any more, is a warning;
those in \`kindling.yaml\` are judged only when the whole project is linted.`,
  example: {
    bad: '# kindling-lint disable=package-upgrade\nRUN dnf -y update',
    good: '# kindling-lint disable=package-upgrade reason="the base is rebuilt monthly, the image weekly"\nRUN dnf -y update',
  },
  fix: 'removes a waiver that waives nothing',
}

interface Waiver {
  readonly comment: WaiverComment
  readonly rules: readonly string[]
  readonly used: Set<string>
}

const marker = /^#\s*kindling-lint\b/

/** Whether a comment speaks to the linter. */
export function isWaiver(comment: string): boolean {
  return marker.test(comment)
}

/** What is left of the findings of a file after its waivers, and what is wrong with these. */
export function applyWaivers(
  findings: readonly Finding[],
  comments: readonly WaiverComment[],
  ruleNames: readonly string[],
): readonly Finding[] {
  const problems: Finding[] = []
  const waivers: Waiver[] = []
  for (const comment of comments) {
    if (!isWaiver(comment.text)) continue
    const { rules, reason } = read(comment.text)
    const unknown = rules.filter((rule) => !ruleNames.includes(rule))
    if (rules.length === 0) {
      problems.push(problem(comment, 'a waiver names no rule', 'write `disable=RULE reason="…"`'))
    }
    for (const rule of unknown) {
      problems.push(
        problem(comment, `there is no rule \`${rule}\` to waive`, suggestion(rule, ruleNames, 'rules')),
      )
    }
    if (rules.length > 0 && reason === '') {
      problems.push(
        problem(
          comment,
          `the waiver of \`${rules.join(', ')}\` has no reason, and does not count`,
          'add `reason="…"`',
        ),
      )
    }
    const known = rules.filter((rule) => ruleNames.includes(rule))
    if (reason !== '' && known.length > 0) waivers.push({ comment, rules: known, used: new Set() })
  }
  const left = findings.filter((finding) => {
    const line = finding.location?.start.line ?? 0
    const matching = waivers.filter(
      ({ rules, comment: { lines } }) => rules.includes(finding.code) && line >= lines[0] && line <= lines[1],
    )
    for (const { used } of matching) used.add(finding.code)
    return matching.length === 0
  })
  for (const { comment, rules, used } of waivers) {
    const unused = rules.filter((rule) => !used.has(rule))
    if (unused.length === 0) continue
    problems.push({
      ...problem(comment, `the waiver of \`${unused.join(', ')}\` waives nothing`, 'remove it'),
      severity: 'warning',
      ...(used.size === 0 && rules.length === read(comment.text).rules.length
        ? { edits: [comment.removal] }
        : {}),
    })
  }
  return [...left, ...problems]
}

function read(comment: string): { readonly rules: readonly string[]; readonly reason: string } {
  const rest = comment.replace(marker, '')
  const [, list = ''] = /(?:^|\s)disable=([^\s"']*)/.exec(rest) ?? []
  const [, double, single] = /(?:^|\s)reason=(?:"([^"]*)"|'([^']*)')/.exec(rest) ?? []
  return { rules: list.split(',').filter((rule) => rule !== ''), reason: (double ?? single ?? '').trim() }
}

function problem({ location }: WaiverComment, message: string, hint: string): Finding {
  const { name, severity, why } = waiverRule
  return { code: name, severity, message, location, hint, why }
}
