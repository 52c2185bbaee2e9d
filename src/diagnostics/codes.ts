/**
 * Every code a problem can carry. Stable: scripts match on them. Each has its paragraph in docs/errors.md,
 * and a test holds the two together.
 */
export const diagnosticCodes = [
  'E_CONFIG_NOT_FOUND',
  'E_CONFIG_SYNTAX',
  'E_CONFIG_VERSION',
  'E_CONFIG_INVALID',
  'E_CONFIG_UNKNOWN_KEY',
  'E_CONFIG_UNKNOWN_NAME',
  'E_CONFIG_DUPLICATE',
  'E_CONFIG_CYCLE',
  'E_CONFIG_FILE_MISSING',
  'E_CONFIG_EXPRESSION',
  'E_CONFIG_ENVIRONMENT',
  'E_MANIFEST_MISSING',
  'E_MANIFEST_TOOL',
  'E_MANIFEST_RENDER',
  'E_MANIFEST_SYNTAX',
  'E_MANIFEST_INVALID',
  'E_MANIFEST_DUPLICATE',
  'E_MANIFEST_UNSUPPORTED',
  'E_MANIFEST_IMAGE',
  'E_PORT_CONFLICT',
  'E_ARCHIVE_INVALID',
  'E_BENCH_FILE',
  'E_RUN_NOT_FOUND',
  'E_RUN_FILE',
  'E_LINT_PATH',
  'E_TESTS_MISSING',
] as const

export type DiagnosticCode = (typeof diagnosticCodes)[number]
