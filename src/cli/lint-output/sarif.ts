import { pathToFileURL } from 'node:url'
import type { SourceLocation } from '../../diagnostics/diagnostic.ts'
import { displayPath } from '../../diagnostics/format.ts'
import type { RuleDescription } from '../../lint/rule.ts'
import { allRules } from '../../lint/rule-names.ts'
import type { LintFormat } from './lint-output.ts'
import { costText } from './text.ts'

/** SARIF 2.1.0, as code scanning of GitHub and GitLab reads it. */
export const sarifOutput: LintFormat = ({ findings }, { cwd, version }) => {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kindling', version, rules: allRules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(cwd)}/` } },
        results: findings.map(({ code, severity, message, why, hint, location, related = [], cost }) => {
          const ruleIndex = allRules.findIndex(({ name }) => name === code)
          const sentences = [
            message,
            why,
            ...(cost === undefined ? [] : [costText(cost)]),
            ...(hint ? [hint] : []),
          ]
          return {
            ruleId: code,
            ...(ruleIndex < 0 ? {} : { ruleIndex }),
            level: severity,
            message: { text: `${sentences.join('. ')}.` },
            ...(location === undefined ? {} : { locations: [{ physicalLocation: placeOf(location, cwd) }] }),
            ...(related.length === 0
              ? {}
              : {
                  relatedLocations: related.map((other, id) => ({
                    id,
                    message: { text: other.message },
                    physicalLocation: placeOf(other.location, cwd),
                  })),
                }),
            ...(cost === undefined ? {} : { properties: { cost } }),
          }
        }),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function ruleOf({ name, severity, summary, why, details }: RuleDescription) {
  return {
    id: name,
    shortDescription: { text: summary },
    fullDescription: { text: `${why.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.` },
    help: { text: details, markdown: details },
    defaultConfiguration: { level: severity },
  }
}

function placeOf({ file, start, end }: SourceLocation, cwd: string) {
  const shown = displayPath(file, cwd)
  const artifactLocation =
    shown === file
      ? { uri: pathToFileURL(file).href }
      : { uri: shown.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'ROOT' }
  return {
    artifactLocation,
    region: {
      startLine: start.line,
      startColumn: start.column,
      endLine: end.line,
      endColumn: end.column,
    },
  }
}
