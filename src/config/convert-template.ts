import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { Conversion } from './draft.ts'
import { type ExpressionForm, parseTemplate, type Template } from './expression.ts'

/** Reads the text at a path as a template; problems go to the conversion, each expression to `onExpression`. */
export function convertTemplate<E>(
  path: YamlPath,
  forms: readonly ExpressionForm<E>[],
  { source, diagnostics }: Conversion,
  onExpression: (expression: E, location: SourceLocation) => void,
): Template<E> {
  const { template, problems } = parseTemplate(source.textOf(path) ?? '', forms)
  for (const { offset, length, message, hint } of problems) {
    const location = source.locateInside(path, offset, length)
    diagnostics.push({ code: 'E_CONFIG_EXPRESSION', severity: 'error', message, location, hint })
  }
  for (const part of template.parts) {
    if (part.kind === 'text') continue
    onExpression(part.expression, source.locateInside(path, part.offset, part.length))
  }
  return template
}
