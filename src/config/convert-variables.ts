import type { SourceLocation } from '../diagnostics/diagnostic.ts'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import { convertTemplate } from './convert-template.ts'
import { type Conversion, mapOf, type ServiceUse } from './draft.ts'
import type { ExpressionForm, StepExpression, Template } from './expression.ts'
import type { Word } from './v1alpha1-words.ts'

/** Variables for a program, whose values are known only in a run; what they refer to goes to the conversion. */
export function convertVariables<E extends StepExpression>(
  env: Readonly<Record<string, Word>>,
  at: YamlPath,
  forms: readonly ExpressionForm<E>[],
  context: Conversion,
  user: Pick<ServiceUse, 'by' | 'name'>,
): Map<string, Template<E>> {
  return mapOf(env, (variable) =>
    convertTemplate([...at, variable], forms, context, (expression, location) =>
      noteUse(expression, location, context, user),
    ),
  )
}

function noteUse(
  expression: StepExpression,
  location: SourceLocation,
  { variables, links, uses, parts }: Conversion,
  user: Pick<ServiceUse, 'by' | 'name'>,
): void {
  const link = { kind: user.by, from: user.name, location } as const
  switch (expression.root) {
    case 'env':
      variables.push({ variable: expression.variable, location })
      break
    case 'images':
      links.push({ ...link, target: 'image', to: expression.image })
      break
    case 'generated': {
      const { value, part } = expression
      links.push({ ...link, target: 'generated', to: value })
      parts.push({ value, ...(part === undefined ? {} : { part }), place: 'anywhere', location })
      break
    }
    case 'services': {
      const { service } = expression
      const use =
        'output' in expression
          ? ({ of: 'output', what: expression.output } as const)
          : ({ of: 'port', what: expression.port } as const)
      uses.push({ ...user, ...use, service, location })
      // Where its own port comes out, a service may be told: that is known before it is there.
      if (use.of === 'output' || user.by !== 'service' || service !== user.name)
        links.push({ ...link, target: 'service', to: service })
      break
    }
    case 'forwards':
      uses.push({ ...user, of: 'forward', what: expression.forward, service: user.name, location })
      break
  }
}
