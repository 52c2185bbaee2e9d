import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import type { Service } from './config.ts'
import type { Conversion } from './draft.ts'
import type { StepExpression, TemplatePart } from './expression.ts'

type Part = TemplatePart<StepExpression>

/**
 * The variables that an instance has of another service, and the services that they make it need. Where they say
 * something of that service itself, they say it of the instance; `location` is where it asks for them.
 */
export function inheritVariables(
  original: Service,
  instance: string,
  location: SourceLocation,
  { uses }: Pick<Conversion, 'uses'>,
): { readonly env: Service['env']; readonly needs: readonly string[] } {
  const needs = new Set<string>()
  const aboutItself = (part: Part): Part => {
    if (part.kind === 'text' || part.expression.root !== 'services') return part
    const { expression } = part
    if (expression.service !== original.name) {
      needs.add(expression.service)
      return part
    }
    if ('port' in expression) {
      const use = { of: 'port', what: expression.port } as const
      uses.push({ by: 'service', name: instance, service: instance, ...use, location })
    }
    return { ...part, expression: { ...expression, service: instance } }
  }
  const env = new Map(
    [...original.env].map(([name, template]) => [
      name,
      { ...template, parts: template.parts.map(aboutItself) },
    ]),
  )
  return { env, needs: [...needs] }
}
