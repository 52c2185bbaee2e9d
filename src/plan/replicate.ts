import type { Config, Environment, Image, Service } from '../config/config.ts'
import { servicesOf } from '../config/select.ts'
import type { PlanFacts } from './plan.ts'

/** What a plan is made from. */
export interface PlanInput {
  readonly config: Config
  readonly environment: Environment
  readonly facts: PlanFacts
}

/** No name in a configuration has it: what bears it is a copy. */
const copyMark = '#'

/**
 * The same environment with copies of its services, in turn, until there are `count` of them. A copy has images of its
 * own where they are built, on the bases that are there, and needs the copies made with it; what is known of the
 * original is expected of it. With no more than there are, nothing changes.
 */
export function replicateServices({ config, environment, facts }: PlanInput, count: number): PlanInput {
  const originals = servicesOf(config, environment)
  const services = new Map(config.services)
  const images = new Map(config.images)
  const imagesOf = new Map(facts.imagesOf)
  const copies: string[] = []
  for (let index = originals.length; index < count; index++) {
    const original = originals[index % originals.length]
    if (original === undefined) break
    // What an original needs stands before it, and so has its copy by now.
    const copyOf = (name: string) => `${name}${copyMark}${Math.floor(index / originals.length) + 1}`
    const copied = (image: string) => (images.get(image)?.kind === 'built' ? copyOf(image) : image)
    const runs = imagesOf.get(original.name) ?? []
    for (const name of runs) {
      const image = images.get(name)
      if (image?.kind === 'built') images.set(copyOf(name), { ...image, name: copyOf(name) } satisfies Image)
    }
    const copy: Service = {
      ...original,
      name: copyOf(original.name),
      needs: original.needs.map(copyOf),
      appliedNeeds: original.appliedNeeds.map(copyOf),
    }
    services.set(copy.name, copy)
    imagesOf.set(copy.name, runs.map(copied))
    copies.push(copy.name)
  }
  return {
    config: { ...config, services, images },
    environment: { ...environment, services: [...environment.services, ...copies] },
    facts: {
      ...facts,
      imagesOf,
      expectedMs: (task) => facts.expectedMs(originalOf(task)),
      memoryOf: (task) => facts.memoryOf(originalOf(task)),
    },
  }
}

/** The task of which this is a copy, or itself. */
export function originalOf(task: string): string {
  return task.split(copyMark)[0] ?? task
}
