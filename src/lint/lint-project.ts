import { lineComments } from './comments.ts'
import type { Finding } from './finding.ts'
import { Positions } from './positions.ts'
import type { ProjectFacts } from './project/project-rule.ts'
import { projectRules } from './project/rules.ts'
import { ruleNames } from './rule-names.ts'
import { applyWaivers, isWaiver } from './waivers.ts'

/**
 * Everything the rules find in a project, the waivers in its files considered. `texts` are the files that were looked at,
 * by absolute path.
 */
export function lintProject(facts: ProjectFacts, texts: ReadonlyMap<string, string>): readonly Finding[] {
  const findings = projectRules.flatMap((rule) =>
    [...rule.check(facts)].map((found): Finding => {
      const { name, severity, why } = rule
      return { code: name, severity, why, ...found }
    }),
  )
  const byFile = new Map<string, Finding[]>([...texts.keys()].map((file) => [file, []]))
  for (const finding of findings) {
    const file = finding.location?.file ?? ''
    byFile.set(file, [...(byFile.get(file) ?? []), finding])
  }
  return [...byFile].flatMap(([file, of]) => {
    const text = texts.get(file)
    if (text === undefined || !text.includes('kindling-lint')) return of
    const comments = lineComments(text, new Positions(file, text)).filter(({ text: comment }) =>
      isWaiver(comment),
    )
    return applyWaivers(of, comments, ruleNames)
  })
}
