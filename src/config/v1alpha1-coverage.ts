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
      args: args.default({}).describe('Build arguments that are added to those in `args`, or replace them.'),
      language: z
        .enum(coverageLanguages)
        .describe(
          'The language of its programs, which decides how they measure themselves and how the data is read.',
        )
        .exactOptional(),
      paths: z
        .record(z.string().min(1).meta({ title: 'path or prefix' }), path)
        .meta({
          title: 'mapping of paths',
          examples: [{ '/app': '.' }, { 'example.com/shop': 'services/shop' }],
        })
        .describe(
          'Where files of the image are in the repository: from a directory of the image (for Go, the import ' +
            'path of a module) to a directory of the repository. The longest match counts. Goes with `language`.',
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
