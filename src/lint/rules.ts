import type { DockerfileRule } from './rule.ts'
import { earlyArgument } from './rules/early-argument.ts'
import { packageLists } from './rules/package-lists.ts'
import { packageUpgrade } from './rules/package-upgrade.ts'
import { remoteAdd } from './rules/remote-add.ts'
import { strippedCoverage } from './rules/stripped-coverage.ts'
import { unpinnedBase } from './rules/unpinned-base.ts'
import { wholeContext } from './rules/whole-context.ts'

/** What is looked for in a Dockerfile: a rule is a file in `rules`, and a line here. */
export const dockerfileRules: readonly DockerfileRule[] = [
  packageUpgrade,
  earlyArgument,
  wholeContext,
  unpinnedBase,
  packageLists,
  strippedCoverage,
  remoteAdd,
]
