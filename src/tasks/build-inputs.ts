import { readFileSync } from 'node:fs'
import type { BuiltImage } from '../config/config.ts'
import { evaluateTemplate } from '../config/expression.ts'
import { findProvided } from '../deploy/manifest-images.ts'
import { type BaseImage, baseImages } from '../images/base-images.ts'
import { type BuildFingerprint, fingerprintBuild } from '../images/fingerprint.ts'
import { localPlatform } from '../util/platform.ts'
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
export async function fingerprintOf(image: BuiltImage, scope: ImageScope): Promise<BuildFingerprint> {
  const bases: Record<string, string> = {}
  for (const name of image.needs) bases[name] = providedImage(name, scope).fingerprint
  const named = namedBases(image, scope)
  const ours = new Set([...scope.provided.values()].map(({ reference }) => reference))
  for (const base of new Set(basesOf(image, scope).map(({ name }) => name))) {
    if (!named.has(base) && !ours.has(base)) bases[base] = (await scope.engine.imageId(base)) ?? 'not here'
  }
  const inputs = {
    dockerfile: image.dockerfile,
    context: image.context,
    target: image.target,
    platform: platformOf(image, scope),
    args: buildArgs(image, scope, ({ fingerprint }) => fingerprint),
    bases,
    secrets: [...image.secrets.keys()],
    engine: scope.engine.name,
  }
  return fingerprintBuild(inputs, scope.fileHashes)
}

/** The platform to build for; of several in the configuration, the one to run on this machine. */
export function platformOf(image: BuiltImage, scope: ImageScope): string | undefined {
  return scope.choices.platform ?? localPlatform(image.platforms)
}

/**
 * This run's images by the names that the Dockerfile has for them: `FROM shop/base` must find them. A name with an
 * argument in it goes by both its forms: podman looks for it before it fills the argument in.
 */
export function namedBases(image: BuiltImage, scope: ImageScope): Map<string, string> {
  const needed = [...scope.config.images.values()].filter(({ name }) => image.needs.includes(name))
  const named = new Map<string, string>()
  for (const { name, written } of basesOf(image, scope)) {
    const provided = findProvided(name, needed)
    if (provided === undefined) continue
    const { reference } = providedImage(provided.name, scope)
    if (reference !== name) named.set(name, reference).set(written, reference)
  }
  return named
}

function basesOf(image: BuiltImage, scope: ImageScope): readonly BaseImage[] {
  const text = readFileSync(image.dockerfile, 'utf8')
  return baseImages(text, { args: buildArgs(image, scope), target: image.target })
}
