import { resolve } from 'node:path'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { CoverageSpec } from './config.ts'
import { type Conversion, refuse } from './draft.ts'
import type { CoverageV1Alpha1 } from './v1alpha1-coverage.ts'

/** How the coverage of an image is read; nothing for one that only has build arguments for it. */
export function convertCoverage(
  at: YamlPath,
  { language, paths }: Pick<CoverageV1Alpha1, 'language' | 'paths'> = {},
  context: Conversion,
): CoverageSpec | undefined {
  if (language === undefined) {
    if (paths !== undefined) {
      refuse(
        context,
        [...at, 'paths'],
        '`paths` is there without `language`',
        'add `language: node`, or go, or python',
      )
    }
    return undefined
  }
  const entries = Object.entries(paths ?? {})
  if (entries.length === 0) {
    const hint =
      language === 'go'
        ? 'name the module and its directory: `paths: { example.com/shop: . }`'
        : 'name the directory of the image and that of the repository: `paths: { /app: . }`'
    refuse(context, at, '`coverage` has a language, but does not say where its files are', hint)
  }
  for (const [inImage] of entries) {
    if (language === 'go' || inImage.startsWith('/')) continue
    const hint = `for example \`/app\`, which the Dockerfile copies to`
    refuse(context, [...at, 'paths', inImage], `\`${inImage}\` is no absolute path in the image`, hint)
  }
  return {
    language,
    paths: new Map(entries.map(([inImage, directory]) => [inImage, resolve(context.root, directory)])),
  }
}
