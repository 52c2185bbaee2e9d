import { readFileSync } from 'node:fs'
import type { BuiltImage } from '../config/config.ts'
import { evaluateTemplate } from '../config/expression.ts'
import { baseImages } from '../images/dockerfile.ts'
import { fingerprintBuild } from '../images/fingerprint.ts'
import type { ImageScope, ProvidedImage } from './run-scope.ts'

/** Build arguments with the values of this run; `property` says what stands for another image. */
export function buildArgs(
  image: BuiltImage,
  scope: ImageScope,
  property: (provided: ProvidedImage) => string = ({ reference }) => reference,
): Record<string, string> {
  const templates = scope.choices.isCoverage ? [...image.args, ...image.coverageArgs] : [...image.args]
  const values = templates.map(([name, template]) => {
    const value = evaluateTemplate(template, (expression) =>
      expression.root === 'env'
        ? (process.env[expression.variable] ?? '')
        : property(providedImage(expression.image, scope)),
    )
    return [name, value] as const
  })
  return Object.fromEntries(values)
}

/** An image that this one needs: its task has ended by now. */
function providedImage(name: string, scope: ImageScope): ProvidedImage {
  const provided = scope.provided.get(name)
  if (provided === undefined) throw new Error(`Internal error: ${name} is needed before it is provided`)
  return provided
}

/** The fingerprint of the build, with those of our own images in place of their references. */
export async function fingerprintOf(image: BuiltImage, scope: ImageScope): Promise<string> {
  const bases: Record<string, string> = {}
  for (const name of image.needs) bases[name] = providedImage(name, scope).fingerprint
  const ours = new Set([...scope.provided.values()].map(({ reference }) => reference))
  for (const base of baseImages(readFileSync(image.dockerfile, 'utf8'), buildArgs(image, scope))) {
    if (!ours.has(base)) bases[base] = (await scope.engine.imageId(base)) ?? 'not here'
  }
  return fingerprintBuild({
    dockerfile: image.dockerfile,
    context: image.context,
    target: image.target,
    platform: platformOf(image, scope),
    args: buildArgs(image, scope, ({ fingerprint }) => fingerprint),
    bases,
    engine: scope.engine.name,
  })
}

export function platformOf(image: BuiltImage, scope: ImageScope): string | undefined {
  return scope.choices.platform ?? image.platform
}

/** The names by which a Dockerfile may call the images it needs: `FROM shop/base` must find this run's. */
export function namedBases(image: BuiltImage, scope: ImageScope): Map<string, string> {
  const named = new Map<string, string>()
  for (const need of image.needs) {
    const config = scope.config.images.get(need)
    if (config?.kind !== 'built') continue
    const { reference } = providedImage(need, scope)
    for (const prefix of ['', 'localhost/']) {
      for (const suffix of ['', ':latest']) named.set(`${prefix}${config.repository}${suffix}`, reference)
    }
  }
  return named
}
