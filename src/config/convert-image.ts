import { resolve } from 'node:path'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import {
  formatReference,
  InvalidReference,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../util/image-reference.ts'
import type { BuildSecret, BuiltImage, ExternalImage, Image } from './config.ts'
import { convertCoverage } from './convert-coverage.ts'
import { convertTemplate } from './convert-template.ts'
import { type Conversion, type Link, linksOf, mapOf, wordsOf } from './draft.ts'
import { earlyForms, type Template } from './expression.ts'
import { parseDuration, parseSize } from './units.ts'
import type { BuiltImageV1Alpha1, ExternalImageV1Alpha1 } from './v1alpha1.ts'

/** An image as later steps want it; problems and needs go to the conversion. */
export function convertImage(
  name: string,
  image: BuiltImageV1Alpha1 | ExternalImageV1Alpha1,
  context: Conversion,
): Image {
  return 'pull' in image ? externalImage(name, image, context) : builtImage(name, image, context)
}

function builtImage(name: string, image: BuiltImageV1Alpha1, context: Conversion): BuiltImage {
  const at = ['images', name]
  const links = linksOf(context, [...at, 'needs'], image.needs, {
    kind: 'image',
    from: name,
    target: 'image',
  })
  const args = mapOf(image.args, (key) => templateOf(name, [...at, 'args', key], context, links))
  const coverageArgs = mapOf(image.coverage?.args ?? {}, (key) =>
    templateOf(name, [...at, 'coverage', 'args', key], context, links),
  )
  context.links.push(...links)
  const coverage = convertCoverage([...at, 'coverage'], image.coverage, context)
  return {
    kind: 'built',
    name,
    repository: repositoryOf(name, image, context),
    dockerfile: resolve(context.root, image.dockerfile),
    context: resolve(context.root, image.context),
    ...(image.target === undefined ? {} : { target: image.target }),
    args,
    coverageArgs,
    ...(coverage === undefined ? {} : { coverage }),
    needs: [...new Set(links.map(({ to }) => to))],
    secrets: mapOf(image.secrets, (id, secret): BuildSecret => {
      if ('file' in secret) return { kind: 'file', file: resolve(context.root, secret.file) }
      const location = context.source.locate([...at, 'secrets', id, 'env'])
      context.variables.push({ variable: secret.env, location })
      return { kind: 'env', variable: secret.env }
    }),
    memoryBytes: parseSize(image.memory),
    timeoutMs: parseDuration(image.timeout),
    platforms: [...new Set([image.platform ?? []].flat())],
    location: context.source.locateKey(at),
  }
}

function externalImage(name: string, image: ExternalImageV1Alpha1, context: Conversion): ExternalImage {
  const at = ['images', name]
  const reference = readReference(image.pull, [...at, 'pull'], context)
  return {
    kind: 'external',
    name,
    reference: reference === undefined ? image.pull : formatReference(withDefaultTag(reference)),
    ...(image.rootfs === undefined ? {} : { rootfs: wordsOf(context, [...at, 'rootfs'], image.rootfs) }),
    location: context.source.locateKey(at),
  }
}

function repositoryOf(name: string, image: BuiltImageV1Alpha1, context: Conversion): string {
  const fallback = `${context.project}/${name}`
  if (image.repository === undefined) return fallback
  const path = ['images', name, 'repository']
  const reference = readReference(image.repository, path, context)
  if (reference?.tag !== undefined || reference?.digest !== undefined) {
    const repository = image.repository.slice(0, image.repository.search(/@|:[^/]*$/))
    context.diagnostics.push({
      code: 'E_CONFIG_INVALID',
      severity: 'error',
      message: `\`images.${name}.repository\` has a tag or digest: \`${image.repository}\``,
      location: context.source.locate(path),
      hint: `write \`${repository}\`; each run gives the image a tag of its own`,
    })
  }
  return image.repository
}

function readReference(text: string, path: YamlPath, context: Conversion): Reference | undefined {
  try {
    return parseReference(text)
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error
    context.diagnostics.push({
      code: 'E_CONFIG_INVALID',
      severity: 'error',
      message: error.message,
      location: context.source.locate(path),
      hint: 'for example shop/gateway or docker.io/library/postgres:16-alpine',
    })
    return undefined
  }
}

function templateOf(from: string, path: YamlPath, context: Conversion, links: Link[]): Template {
  return convertTemplate(path, earlyForms, context, (expression, location) => {
    if (expression.root === 'env') context.variables.push({ variable: expression.variable, location })
    else links.push({ kind: 'image', from, target: 'image', to: expression.image, location })
  })
}
