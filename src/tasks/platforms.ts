import { createHash } from 'node:crypto'
import type { BuiltImage } from '../config/config.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { platformTag } from '../images/tag.ts'
import { isSamePlatform, localPlatform, machinePlatform, platformName } from '../util/platform.ts'
import { claim, repositoryOf } from './image-names.ts'
import type { ImageScope, ProvidedImage } from './run-scope.ts'

/** A task about an image, by its plan: `needs` tell which platforms of others it stands on. */
interface ImageWork {
  readonly image: string
  readonly platform?: string
  readonly needs: readonly string[]
}

/**
 * Does the work of a task about one platform of an image as if there were no other: what it needs it finds in that
 * platform, and its tag says which that is.
 */
export async function inPlatform(
  { image, platform, needs }: ImageWork,
  scope: ImageScope,
  work: (scope: ImageScope) => Promise<TaskResult>,
): Promise<TaskResult> {
  const own = new Map(scope.provided)
  for (const subject of needs.map((need) => need.slice(need.indexOf(':') + 1))) {
    const [name = ''] = subject.split('@')
    const provided = scope.provided.get(subject)
    if (provided !== undefined) own.set(name, provided)
  }
  const result = await work({
    ...scope,
    provided: own,
    ...(platform === undefined ? {} : forOne(platform, scope)),
  })
  const provided = own.get(image)
  if (provided !== undefined) scope.provided.set(platformName(image, platform), provided)
  return result
}

function forOne(platform: string, { choices, tagOf }: ImageScope): Pick<ImageScope, 'choices' | 'tagOf'> {
  const { archive, ...rest } = choices
  // A tar need not say what it is for, and is then taken for what was made on a machine like this one.
  const isLocal = isSamePlatform(platform, machinePlatform)
  return {
    choices: { ...rest, platform, ...(archive === undefined || !isLocal ? {} : { archive }) },
    tagOf: (image) => platformTag(tagOf(image), platform),
  }
}

/** The platforms of an image that are there, in order. */
export function platformsOf(
  image: string,
  platforms: readonly string[],
  { provided }: Pick<ImageScope, 'provided'>,
): readonly (ProvidedImage & { readonly platform: string })[] {
  return platforms.map((platform) => {
    const part = provided.get(platformName(image, platform))
    if (part === undefined) throw new Error(`Internal error: ${image} for ${platform} is not provided`)
    return { ...part, platform }
  })
}

/**
 * Gives the platforms of an image their common name. Here it means the one for this machine, as it would in a
 * registry. The list of them is made when they are pushed: podman does not cope with one beside its images
 * (containers/podman#19757), and docker has no place for it.
 */
export async function nameTogether(
  image: BuiltImage,
  platforms: readonly string[],
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  const parts = platformsOf(image.name, platforms, scope)
  const local = parts.find(({ platform }) => platform === localPlatform(platforms))
  if (local === undefined) throw new Error(`Internal error: ${image.name} has no platform`)
  const reference = `${repositoryOf(image)}:${scope.tagOf(image.name)}`
  claim(reference, scope, context)
  await scope.engine.tag(local.id, reference, { signal: context.signal })
  context.resourceCreated('image', reference)
  const prints = parts.map(({ platform, fingerprint }) => [platform, fingerprint])
  const fingerprint = createHash('sha256').update(JSON.stringify(prints)).digest('hex')
  scope.provided.set(image.name, { reference, id: local.id, fingerprint })
  const outputs = { reference, id: local.id, fingerprint, platforms: platforms.join(' ') }
  return { outcome: 'succeeded', outputs }
}
