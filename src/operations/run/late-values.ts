import { readFileSync } from 'node:fs'
import type { LateExpression } from '../../config/expression.ts'
import type { RunScope } from '../../tasks/run-scope.ts'
import { addressOf } from '../../util/local-address.ts'
import { fileOf, type GeneratedFiles } from '../generated/value-files.ts'

/** What expressions stand for in a run, as far as it has come. */
export function lateValues(
  env: Readonly<Record<string, string | undefined>>,
  files: GeneratedFiles,
  { provided, cluster, outputs }: Pick<RunScope, 'provided' | 'cluster' | 'outputs'>,
): (expression: LateExpression) => string {
  return (expression) => {
    switch (expression.root) {
      case 'env':
        return env[expression.variable] ?? ''
      case 'images':
        return provided.get(expression.image)?.reference ?? ''
      case 'generated': {
        const file = fileOf(expression, files) ?? ''
        return expression.isFile ? file : readFileSync(file, 'utf8')
      }
      case 'services':
        if ('output' in expression) return outputOf(outputs, expression.service, expression.output)
        return `${addressOf(cluster.hostPort(expression.service, expression.port))[expression.property]}`
    }
  }
}

function outputOf(outputs: RunScope['outputs'], service: string, output: string): string {
  const value = outputs.get(service)?.[output]
  if (value === undefined) throw new Error(`Internal error: ${service} has not given ${output}`)
  return value
}
