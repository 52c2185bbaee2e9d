import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { YamlSource } from '../diagnostics/yaml-source.ts'
import type { Config } from './config.ts'
import { convertEnvironment } from './convert-environment.ts'
import { convertGenerated } from './convert-generated.ts'
import { convertImage } from './convert-image.ts'
import { convertServices } from './convert-instance.ts'
import { convertLint } from './convert-lint.ts'
import { type Conversion, type Draft, mapOf } from './draft.ts'
import type { ConfigV1Alpha1 } from './v1alpha1.ts'

/** From the public form to the internal one: absolute paths, numbers with units, qualified references. */
export function convert(
  value: ConfigV1Alpha1,
  source: YamlSource,
  root: string,
): { readonly value: Draft; readonly diagnostics: readonly Diagnostic[] } {
  const context: Conversion = {
    source,
    root,
    project: value.project,
    links: [],
    variables: [],
    uses: [],
    parts: [],
    diagnostics: [],
  }
  const config: Config = {
    file: source.file,
    root,
    project: value.project,
    images: mapOf(value.images, (name, image) => convertImage(name, image, context)),
    generated: new Map(
      Object.entries(value.generated).flatMap(([name, generated]) => {
        const converted = convertGenerated(name, generated, context)
        return converted === undefined ? [] : [[name, converted] as const]
      }),
    ),
    services: convertServices(value.services, context),
    environments: mapOf(value.environments, (name, environment) =>
      convertEnvironment(name, environment, context),
    ),
    lint: convertLint(value.lint, context),
    locate: source.locate,
  }
  const { links, variables, uses, parts, diagnostics } = context
  return { value: { config, links, variables, uses, parts }, diagnostics }
}
