/** A text with `${…}` in it, read once and evaluated when its values exist. */
export interface Template {
  /** As it stands in the file. */
  readonly source: string
  readonly parts: readonly TemplatePart[]
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'expression'; readonly expression: Expression } & Span)

/** What an expression can refer to. */
export type Expression =
  | { readonly root: 'images'; readonly image: string; readonly property: 'ref' }
  | { readonly root: 'env'; readonly variable: string }

/** Part of a template's source, in UTF-16 code units. */
export interface Span {
  readonly offset: number
  readonly length: number
}

/** An expression that says nothing we know. */
export interface TemplateProblem extends Span {
  readonly message: string
  readonly hint: string
}

/** What there is to write between the braces, for messages. */
export const expressionForms: readonly string[] = ['${images.NAME.ref}', '${env.NAME}']

const escapedOpening = '$${'

/**
 * Reads a template; `$${` stands for a literal `${`. All problems are reported; an expression with one is left
 * out of the parts.
 */
export function parseTemplate(source: string): {
  readonly template: Template
  readonly problems: readonly TemplateProblem[]
} {
  const parts: TemplatePart[] = []
  const problems: TemplateProblem[] = []
  let text = ''
  let at = 0
  while (at < source.length) {
    if (source.startsWith(escapedOpening, at)) {
      text += '${'
      at += escapedOpening.length
      continue
    }
    if (!source.startsWith('${', at)) {
      text += source[at]
      at += 1
      continue
    }
    const close = source.indexOf('}', at)
    const end = close < 0 ? source.length : close + 1
    const span = { offset: at, length: end - at }
    const parsed = close < 0 ? unclosed : parseExpression(source.slice(at + 2, close).trim())
    if ('message' in parsed) {
      problems.push({ ...parsed, ...span })
    } else {
      if (text !== '') parts.push({ kind: 'text', text })
      text = ''
      parts.push({ kind: 'expression', expression: parsed, ...span })
    }
    at = end
  }
  if (text !== '') parts.push({ kind: 'text', text })
  return { template: { source, parts }, problems }
}

/** The template's text, each expression replaced by what `resolve` says. */
export function evaluateTemplate(template: Template, resolve: (expression: Expression) => string): string {
  return template.parts.map((part) => (part.kind === 'text' ? part.text : resolve(part.expression))).join('')
}

type Refusal = Pick<TemplateProblem, 'message' | 'hint'>

const unclosed: Refusal = {
  message: 'this `${` is never closed',
  hint: 'add `}`, or write `$${` for the two characters themselves',
}

function parseExpression(text: string): Expression | Refusal {
  const [root, ...rest] = text.split('.')
  const known = `there are ${expressionForms.join(' and ')}`
  switch (root) {
    case 'images': {
      const [image, property, ...more] = rest
      if (!image || property !== 'ref' || more.length > 0) {
        return { message: `\`${text}\` is no property of an image`, hint: 'write `${images.NAME.ref}`' }
      }
      return { root, image, property }
    }
    case 'env': {
      const variable = rest.join('.')
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
        return {
          message: `\`${variable}\` is no name of an environment variable`,
          hint: 'write `${env.NAME}`',
        }
      }
      return { root, variable }
    }
    default:
      return {
        message: text === '' ? 'this expression is empty' : `unknown expression \`${text}\``,
        hint: known,
      }
  }
}
