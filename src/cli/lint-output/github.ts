import { displayPath } from '../../diagnostics/format.ts'
import type { LintFormat } from './lint-output.ts'
import { costText } from './text.ts'

/** A workflow command of GitHub Actions for each finding, which it shows beside the line. */
export const githubOutput: LintFormat = ({ findings }, { cwd }) =>
  findings
    .map(({ code, severity, message, why, hint, location, cost }) => {
      const place =
        location === undefined
          ? {}
          : {
              file: displayPath(location.file, cwd),
              line: location.start.line,
              endLine: location.end.line,
              // Columns count only within one line.
              ...(location.start.line === location.end.line
                ? { col: location.start.column, endColumn: location.end.column }
                : {}),
            }
      const properties = Object.entries({ ...place, title: `kindling lint: ${code}` })
        .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
        .join(',')
      const lines = [
        message,
        `why: ${why}`,
        ...(cost === undefined ? [] : [`cost: ${costText(cost)}`]),
        `hint: ${hint}`,
      ]
      return `::${severity} ${properties}::${escapeData(lines.join('\n'))}\n`
    })
    .join('')

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
