/** What GitHub Actions can be told of an annotation; lines and columns count from 1. */
export interface AnnotationProperties {
  readonly title?: string
  /** From the root of the repository on. */
  readonly file?: string
  readonly line?: number
  readonly col?: number
}

/** A workflow command of GitHub Actions, as a line: `::error file=kindling.yaml,line=3::it is wrong`. */
export function workflowCommand(
  name: 'error' | 'warning' | 'group' | 'endgroup',
  message: string = '',
  properties: AnnotationProperties = {},
): string {
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapedProperty(String(value))}`)
  return `::${name}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escaped(message)}\n`
}

/** Lines of somebody else's, which must not be taken for commands: of both forms, at a line's start and anywhere. */
export function withoutCommands(lines: string): string {
  return lines.replaceAll(/^([^\S\n]*):(?=:)/gm, '$1: ').replaceAll('##[', '## [')
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
