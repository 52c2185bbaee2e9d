import { z } from 'zod'
import { path } from './v1alpha1-words.ts'

export interface LintV1Alpha1 {
  disable: LintWaiverV1Alpha1[]
  severity: Record<string, 'error' | 'warning'>
}

export interface LintWaiverV1Alpha1 {
  rule: string
  path?: string
  reason: string
}

const rule = z
  .string()
  .min(1)
  .meta({ title: 'name of a rule', examples: ['package-upgrade', 'unpinned-base'] })

const waiver = z
  .strictObject({
    rule: rule.describe('The rule that is not to be kept; docs/lint.md has all of them.'),
    path: path
      .describe('A file, or a directory with all below it. Default: the whole project.')
      .meta({ examples: ['docker/legacy.Dockerfile', 'third_party'] })
      .exactOptional(),
    reason: z
      .string()
      .min(1)
      .meta({ title: 'reason', examples: ['the base is rebuilt monthly, this image weekly'] })
      .describe('Why.'),
  })
  .meta({
    title: 'mapping with `rule` and `reason`',
    examples: [{ rule: 'package-upgrade', path: 'docker/legacy.Dockerfile', reason: 'replaced in May' }],
  })

/** What `kindling lint` is to pass over, or to take more or less seriously. */
export const lintV1Alpha1: z.ZodType<LintV1Alpha1> = z
  .strictObject({
    disable: z
      .array(waiver)
      .meta({ title: 'list of waivers' })
      .default([])
      .describe('Rules that do not hold, everywhere or in some files. One that waives nothing is told.'),
    severity: z
      .record(rule, z.enum(['error', 'warning']))
      .default({})
      .describe('How serious a rule is here: only errors make `kindling lint` fail.')
      .meta({ examples: [{ 'unpinned-base': 'error' }] }),
  })
  .default({ disable: [], severity: {} })
  .describe('What `kindling lint` passes over, and how seriously it takes the rest.')
