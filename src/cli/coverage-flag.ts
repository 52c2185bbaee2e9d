import { exitCodes, OperationError } from '../operations/operation-error.ts'
import type { Session } from './session.ts'

/**
 * Whether coverage is measured: by `--coverage`, or by the variable E2E_COVERAGE. Throws `OperationError` for a value of
 * that which is neither `true` nor `false`: it is not guessed (E5).
 */
export function isCoverage(
  { env }: Pick<Session, 'env'>,
  { coverage }: { readonly coverage?: boolean },
): boolean {
  const value = env.E2E_COVERAGE || 'false'
  if (value !== 'true' && value !== 'false') {
    throw new OperationError(
      'E_VARIABLE_INVALID',
      `the variable E2E_COVERAGE is \`${value}\``,
      'set it to `true` or `false`, or leave it out, which is `false`',
      { exitCode: exitCodes.usage },
    )
  }
  return coverage === true || value === 'true'
}
