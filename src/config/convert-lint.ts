import { resolve } from 'node:path'
import type { LintSpec } from './config.ts'
import { type Conversion, mapOf } from './draft.ts'
import type { LintV1Alpha1 } from './v1alpha1-lint.ts'

/** What is said about the linter. Whether there are such rules is for the linter to know. */
export function convertLint({ disable, severity }: LintV1Alpha1, { source, root }: Conversion): LintSpec {
  return {
    disabled: disable.map(({ rule, path, reason }, index) => ({
      rule,
      ...(path === undefined ? {} : { path: resolve(root, path) }),
      reason,
      location: source.locate(['lint', 'disable', index, 'rule']),
    })),
    severities: mapOf(severity, (name, level) => ({
      severity: level,
      location: source.locateKey(['lint', 'severity', name]),
    })),
  }
}
