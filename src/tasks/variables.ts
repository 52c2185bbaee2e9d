import { evaluateTemplate, type Template } from '../config/expression.ts'

/** The variables that the configuration gives to a service or to tests, each expression replaced by what `resolve` says. */
export function variablesFor<E>(
  { env }: { readonly env: ReadonlyMap<string, Template<E>> },
  resolve: (expression: E) => string,
): Record<string, string> {
  const variables = [...env].map(([name, template]) => [name, evaluateTemplate(template, resolve)] as const)
  return Object.fromEntries(variables)
}
