import type { BuiltImage, Config } from '../../config/config.ts'
import type { Template } from '../../config/expression.ts'
import { findProvided } from '../../deploy/manifest-images.ts'
import type { BuildArguments } from '../../lint/dockerfile/dockerfile.ts'
import type { DockerfileBuild } from '../../lint/lint-dockerfile.ts'
import { formatBytes } from '../../util/bytes.ts'
import type { BuildCosts } from './build-costs.ts'

/** How the project builds a Dockerfile: once for each image that is made from it. */
export function buildsOf(
  file: string,
  config: Config,
  costs?: BuildCosts,
  contextBytes: (directory: string) => number | undefined = () => undefined,
): readonly DockerfileBuild[] {
  return builtImages(config)
    .filter(({ dockerfile }) => dockerfile === file)
    .map((image): DockerfileBuild => {
      const bytes = contextBytes(image.context)
      return {
        args: constants(image.args),
        ...(image.target === undefined ? {} : { target: image.target }),
        ...(image.coverageArgs.size === 0
          ? {}
          : { coverageArgs: constants(new Map([...image.args, ...image.coverageArgs])) }),
        ...(bytes === undefined ? {} : { contextSize: formatBytes(bytes) }),
        costOf: (instructions) => costs?.costOf(image.name, instructions),
      }
    })
}

/** The images of a configuration that are built here. */
export function builtImages({ images }: Config): readonly BuiltImage[] {
  return [...images.values()].flatMap((image) => (image.kind === 'built' ? [image] : []))
}

/** Whether a reference in a Dockerfile or a manifest is that of an image of the project. */
export function isBuiltBy(config: Config | undefined): (reference: string) => boolean {
  const images = config === undefined ? [] : builtImages(config)
  return (reference) => findProvided(reference, images) !== undefined
}

/** What the run knows, and what only the environment knows, is not looked at: it may be secret. */
function constants(args: ReadonlyMap<string, Template>): BuildArguments {
  return new Map(
    [...args].map(([name, { parts }]) => {
      const isConstant = parts.every(({ kind }) => kind === 'text')
      const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
      return [name, isConstant ? text : undefined]
    }),
  )
}
