import type { BuiltImage, Config, Image } from '../../config/config.ts'
import { findCycles } from '../../config/cycle.ts'
import { cycleProblem } from '../../config/cycle-problem.ts'
import type { Link } from '../../config/draft.ts'
import { evaluateTemplate, type Template } from '../../config/expression.ts'
import { findProvided } from '../../deploy/manifest-images.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { baseImages } from '../../images/base-images.ts'

/**
 * The configuration with every image also needing those images of the configuration that its Dockerfile names, so
 * that they are built or pulled first, and it is built again when they change. A built image is meant by its
 * repository, under any tag and with or without `localhost/`; an external one by exactly its reference. `readFile`
 * gives the text of a file by its absolute path. Needs that go round in a circle are `E_CONFIG_CYCLE`.
 */
export function withImpliedNeeds(
  config: Config,
  readFile: (path: string) => string,
): { readonly config: Config; readonly diagnostics: readonly Diagnostic[] } {
  const links: Link[] = []
  const images = new Map<string, Image>()
  for (const [name, image] of config.images) {
    images.set(name, image)
    if (image.kind === 'external') continue
    const implied = impliedBy(image, config, readFile)
    links.push(...declaredBy(image, config), ...implied)
    images.set(name, { ...image, needs: [...new Set([...image.needs, ...implied.map(({ to }) => to)])] })
  }
  return { config: { ...config, images }, diagnostics: findCycles(links).map(cycleProblem) }
}

function link(from: string, to: string, location: Link['location']): Link {
  return { kind: 'image', from, target: 'image', to, location }
}

function declaredBy({ name, needs }: BuiltImage, { locate }: Config): Link[] {
  return needs.map((need, index) => link(name, need, locate(['images', name, 'needs', index])))
}

function impliedBy(image: BuiltImage, config: Config, readFile: (path: string) => string): Link[] {
  const text = readFile(image.dockerfile)
  // An image that bears the name of what it is built on means the other one.
  const others = [...config.images.values()].filter(({ name }) => name !== image.name)
  // What only a coverage build starts from must be there as well, should it be one.
  const variants = [image.args, new Map([...image.args, ...image.coverageArgs])]
  return variants.flatMap((args) =>
    baseImages(text, { args: constants(args), target: image.target }).flatMap(({ name, start, end }) => {
      const base = findProvided(name, others)
      return base === undefined ? [] : [link(image.name, base.name, { file: image.dockerfile, start, end })]
    }),
  )
}

/** Stands for what only the run knows: nothing with it in it is the name of an image. */
const unknown = '\0'

function constants(args: ReadonlyMap<string, Template>): Record<string, string> {
  return Object.fromEntries(
    [...args].map(([name, template]) => [name, evaluateTemplate(template, () => unknown)] as const),
  )
}
