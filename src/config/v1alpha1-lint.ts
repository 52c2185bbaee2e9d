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
    rule: rule.describe('The rule to waive; docs/lint.md lists all of them.'),
    path: path
      .describe('A file, or a directory with everything below it. Default: the whole project.')
      .meta({ examples: ['docker/legacy.Dockerfile', 'third_party'] })
      .exactOptional(),
    reason: z
      .string()
      .min(1)
      .meta({ title: 'reason', examples: ['the base is rebuilt monthly, this image weekly'] })
      .describe('Why it is waived.'),
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
      .describe('Rules to waive, everywhere or in some files. A waiver that waives nothing is reported.'),
    severity: z
      .record(rule, z.enum(['error', 'warning']))
      .default({})
      .describe('The severity of a rule in this project: only errors make `kindling lint` fail.')
      .meta({ examples: [{ 'unpinned-base': 'error' }] }),
  })
  .default({ disable: [], severity: {} })
  .describe('What `kindling lint` ignores, and how seriously it takes the rest.')
