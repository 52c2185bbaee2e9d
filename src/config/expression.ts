/** A text with `${…}` in it, read once and evaluated when its values exist. */
export interface Template<E = Expression> {
  /** As it stands in the file. */
  readonly source: string
  readonly parts: readonly TemplatePart<E>[]
}

export type TemplatePart<E = Expression> =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'expression'; readonly expression: E } & Span)

/** What can be known before anything runs. */
export type Expression =
  | { readonly root: 'images'; readonly image: string; readonly property: 'ref' }
  | VariableExpression

export interface VariableExpression {
  readonly root: 'env'
  readonly variable: string
}

/** What is made once for an environment. */
export interface GeneratedExpression {
  readonly root: 'generated'
  readonly value: string
  /** Absent means the only one. */
  readonly part?: string
  /** The path of its file, instead of itself. */
  readonly isFile: boolean
}

/** What can be known once an environment is up, or the services that are spoken of. */
export type LateExpression = Expression | GeneratedExpression | PortExpression | OutputExpression

/** What a step can know: also where its forwards are. */
export type StepExpression = LateExpression | ForwardExpression

/** Of an address on the host. */
type AddressProperty = 'host' | 'port' | 'url'

interface PortExpression {
  readonly root: 'services'
  readonly service: string
  readonly port: string
  readonly property: AddressProperty
}

interface OutputExpression {
  readonly root: 'services'
  readonly service: string
  readonly output: string
}

interface ForwardExpression {
  readonly root: 'forwards'
  readonly forward: string
  readonly property: AddressProperty
}

/** One thing there is to write between the braces; which of them a text may have is its place's to say. */
export interface ExpressionForm<E> {
  readonly root: string
  /** As it is written, for messages. */
  readonly form: string
  /** From what follows the root; a text says what is wrong with it. */
  readonly parse: (rest: readonly string[], text: string) => E | string
}

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

const variableForm: ExpressionForm<VariableExpression> = {
  root: 'env',
  form: '${env.NAME}',
  parse: (rest) => {
    const variable = rest.join('.')
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)
      ? { root: 'env', variable }
      : `\`${variable}\` is no name of an environment variable`
  },
}

const generatedForm: ExpressionForm<GeneratedExpression> = {
  root: 'generated',
  form: '${generated.NAME.PART}',
  parse: (rest, text) => {
    const isFile = rest.length > 1 && rest.at(-1) === 'file'
    const [value, part, ...more] = isFile ? rest.slice(0, -1) : rest
    if (!value || part === '' || more.length > 0) return `\`${text}\` is no part of a generated value`
    return { root: 'generated', value, ...(part === undefined ? {} : { part }), isFile }
  },
}

export const earlyForms: readonly ExpressionForm<Expression>[] = [
  {
    root: 'images',
    form: '${images.NAME.ref}',
    parse: ([image, property, ...more], text) =>
      image && property === 'ref' && more.length === 0
        ? { root: 'images', image, property }
        : `\`${text}\` is no property of an image`,
  },
  variableForm,
]

/** Of texts that are made before there is a cluster. */
export const generatedForms: readonly ExpressionForm<GeneratedExpression | VariableExpression>[] = [
  generatedForm,
  variableForm,
]

/** Of the place of a file. */
export const generatedFileForms: readonly ExpressionForm<GeneratedExpression>[] = [generatedForm]

export const lateForms: readonly ExpressionForm<LateExpression>[] = [
  ...earlyForms,
  generatedForm,
  {
    root: 'services',
    form: '${services.NAME.ports.PORT.url}',
    parse: ([service, ports, port, property, ...more], text) =>
      service && ports === 'ports' && port && isAddressProperty(property) && more.length === 0
        ? { root: 'services', service, port, property }
        : `\`${text}\` is no property of a port`,
  },
  {
    root: 'services',
    form: '${services.NAME.outputs.OUTPUT}',
    parse: ([service, outputs, output, ...more], text) =>
      service && outputs === 'outputs' && output && more.length === 0
        ? { root: 'services', service, output }
        : `\`${text}\` is neither a property of a port nor an output`,
  },
]

export const stepForms: readonly ExpressionForm<StepExpression>[] = [
  ...lateForms,
  {
    root: 'forwards',
    form: '${forwards.NAME.port}',
    parse: ([forward, property, ...more], text) =>
      forward && isAddressProperty(property) && more.length === 0
        ? { root: 'forwards', forward, property }
        : `\`${text}\` is no property of a forward`,
  },
]

function isAddressProperty(text: string | undefined): text is AddressProperty {
  return text === 'host' || text === 'port' || text === 'url'
}

const escapedOpening = '$${'

/**
 * Reads a template; `$${` stands for a literal `${`. All problems are reported; an expression with one is left
 * out of the parts.
 */
export function parseTemplate<E>(
  source: string,
  forms: readonly ExpressionForm<E>[],
): {
  readonly template: Template<E>
  readonly problems: readonly TemplateProblem[]
} {
  const parts: TemplatePart<E>[] = []
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
    const parsed = close < 0 ? unclosed : parseExpression(source.slice(at + 2, close).trim(), forms)
    if ('refusal' in parsed) {
      problems.push({ ...parsed.refusal, ...span })
    } else {
      if (text !== '') parts.push({ kind: 'text', text })
      text = ''
      parts.push({ kind: 'expression', ...parsed, ...span })
    }
    at = end
  }
  if (text !== '') parts.push({ kind: 'text', text })
  return { template: { source, parts }, problems }
}

/** The template's text, each expression replaced by what `resolve` says. */
export function evaluateTemplate<E>(template: Template<E>, resolve: (expression: E) => string): string {
  return template.parts.map((part) => (part.kind === 'text' ? part.text : resolve(part.expression))).join('')
}

interface Refusal {
  readonly refusal: Pick<TemplateProblem, 'message' | 'hint'>
}

const unclosed: Refusal = {
  refusal: {
    message: 'this `${` is never closed',
    hint: 'add `}`, or write `$${` for a literal `${`',
  },
}

function parseExpression<E>(
  text: string,
  forms: readonly ExpressionForm<E>[],
): { readonly expression: E } | Refusal {
  const [root, ...rest] = text.split('.')
  const known = forms.filter((candidate) => candidate.root === root)
  if (known.length === 0) {
    const message = text === '' ? 'this expression is empty' : `unknown expression \`${text}\``
    return { refusal: { message, hint: `there are ${forms.map(({ form }) => form).join(' and ')}` } }
  }
  let message = ''
  for (const { parse } of known) {
    const expression = parse(rest, text)
    if (typeof expression !== 'string') return { expression }
    message = expression
  }
  return { refusal: { message, hint: `write ${known.map(({ form }) => `\`${form}\``).join(' or ')}` } }
}
