import { z } from 'zod'
import { type CoverageLanguageName, coverageLanguages } from './config.ts'
import { path, type Word } from './v1alpha1-words.ts'

/** What measuring coverage changes in an image, and how to read what its programs write. */
export interface CoverageV1Alpha1 {
  args: Record<string, Word>
  language?: CoverageLanguageName
  paths?: Record<string, string>
}

/** The schema of `coverage` of an image; `args` is that of build arguments. */
export function coverageV1Alpha1(args: z.ZodType<Record<string, Word>>): z.ZodType<CoverageV1Alpha1> {
  return z
    .strictObject({
      args: args
        .default({})
        .describe('Build arguments that are added, or take the place of those in `args`.'),
      language: z
        .enum(coverageLanguages)
        .describe(
          'What its programs are written in: says how they measure themselves, and how to read what they write.',
        )
        .exactOptional(),
      paths: z
        .record(z.string().min(1).meta({ title: 'path or prefix' }), path)
        .meta({
          title: 'mapping of paths',
          examples: [{ '/app': '.' }, { 'example.com/shop': 'services/shop' }],
        })
        .describe(
          'Where files of the image are in the repository: directories of the image with directories of the ' +
            'repository; for Go, import paths of modules. The longest that fits counts. Goes with `language`.',
        )
        .exactOptional(),
    })
    .meta({
      title: 'coverage',
      examples: [
        { language: 'node', paths: { '/app': '.' } },
        { language: 'go', args: { GOFLAGS: '-cover' }, paths: { 'example.com/shop': '.' } },
      ],
    })
}
