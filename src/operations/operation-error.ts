import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** Exit codes, as documented in docs/errors.md. */
export const exitCodes = {
  ok: 0,
  taskFailed: 1,
  usage: 2,
  machine: 3,
  internal: 4,
  testsFailed: 5,
  interrupted: 130,
} as const

/** Codes of errors that end an operation before or outside its run. */
export const operationErrorCodes = [
  'E_ENGINE_NOT_FOUND',
  'E_ENGINE_TOO_OLD',
  'E_ENGINE_UNUSABLE',
  'E_VARIABLE_INVALID',
  'E_ENVIRONMENT_BUSY',
  'E_STATE_LOCKED',
  'E_ACCESS_REFUSED',
  'E_TOOL_FAILED',
  'E_ENVIRONMENT_DOWN',
  'E_PORT_TAKEN',
  'E_DISK_FULL',
  'E_MEMORY_SHORT',
  'E_LISTS_UNSUPPORTED',
  'E_KIND_NOT_FOUND',
  'E_KIND_TOO_OLD',
  'E_CLUSTER_UNUSABLE',
  'E_BENCH_DIFFERENT',
  'E_INIT_EXISTS',
  'E_INIT_NOTHING',
  'E_INIT_WRITE',
  'E_MATRIX_DURATIONS',
  'E_NO_REPOSITORY',
  'E_HOOKS_MANAGED',
] as const

/** An operation that cannot go on: what, why and what to do. It has had no side effect. */
export class OperationError extends Error {
  override readonly name = 'OperationError'
  readonly code: (typeof operationErrorCodes)[number]
  readonly exitCode: number
  readonly hint: string
  readonly detail: string | undefined

  constructor(
    code: OperationError['code'],
    message: string,
    hint: string,
    options: { readonly detail?: string | undefined; readonly exitCode?: number } = {},
  ) {
    super(message)
    this.code = code
    this.hint = hint
    this.detail = options.detail
    this.exitCode = options.exitCode ?? exitCodes.machine
  }
}

/** What the user wrote is wrong: every problem of it. Nothing was done. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join('; '))
    this.diagnostics = diagnostics
  }
}

/** Throws `InvalidInput` when there is an error among the diagnostics. */
export function throwIfInvalid(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new InvalidInput(diagnostics)
}
