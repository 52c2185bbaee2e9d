import { displayPath } from '../../diagnostics/format.ts'
import type { Finding } from '../../lint/finding.ts'
import type { LintFormat } from './lint-output.ts'

/** For programs: one object; paths are relative to the working directory where they lie below it. */
export const jsonOutput: LintFormat = ({ findings, texts }, { cwd, fixed }) => {
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length
  const result = {
    files: texts.size,
    errors: count('error'),
    warnings: count('warning'),
    fixed,
    findings: findings.map(({ code, severity, message, why, hint, location, related, cost, edits = [] }) => ({
      rule: code,
      severity,
      ...(location === undefined ? {} : { file: displayPath(location.file, cwd), ...placed(location) }),
      message,
      why,
      hint,
      ...(related === undefined
        ? {}
        : {
            related: related.map((other) => ({
              message: other.message,
              file: displayPath(other.location.file, cwd),
              ...placed(other.location),
            })),
          }),
      ...(cost === undefined ? {} : { cost }),
      isFixable: edits.length > 0,
    })),
  }
  return `${JSON.stringify(result, null, 2)}\n`
}

function placed({ start, end }: NonNullable<Finding['location']>) {
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}
