import { projectRules } from './project/rules.ts'
import type { RuleDescription } from './rule.ts'
import { dockerfileRules } from './rules.ts'
import { waiverRule } from './waivers.ts'

/** All that findings can be, in the order of the docs. */
export const allRules: readonly RuleDescription[] = [...dockerfileRules, ...projectRules, waiverRule]

/** What a waiver may name: every rule but that of waivers. */
export const ruleNames: readonly string[] = [...dockerfileRules, ...projectRules].map(({ name }) => name)
