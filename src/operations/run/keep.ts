import type { EnvironmentRecord } from '../../state/environment-record.ts'

export const keepChoices = ['never', 'on-failure', 'always'] as const

/** Whether an environment stays once its tests have ended (E5). */
export type Keep = (typeof keepChoices)[number]

/** What tests have left is looked at today or not at all, milliseconds. */
const defaultKeepForMs = 24 * 3_600_000

/**
 * Until when an environment stays once its tests have ended, by the wall clock; `undefined` for ever. What was up before
 * without a limit gets one only when it is asked for.
 */
export function keepUntil(
  { keep, keepForMs }: { readonly keep?: Keep; readonly keepForMs?: number },
  known: Pick<EnvironmentRecord, 'keepUntil'> | undefined,
  epochMs: number,
): number | undefined {
  if (keepForMs !== undefined) return epochMs + keepForMs
  if (known !== undefined && (keep === undefined || known.keepUntil === undefined)) return known.keepUntil
  return epochMs + defaultKeepForMs
}
