import { dockerfileRules } from './rules.ts'

/** Every rule there is, for waivers to name. */
export const ruleNames: readonly string[] = dockerfileRules.map(({ name }) => name)
