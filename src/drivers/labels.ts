/**
 * The labels on everything Kindling makes in a container engine: what carries them is ours, even after a crash, and
 * what does not is never touched.
 */
export const labels = {
  /** The id of the environment that owns the object. */
  environment: 'dev.kindling.environment',
  /** The checkout an image was built from; its environments and builds share the image. */
  project: 'dev.kindling.project',
  service: 'dev.kindling.service',
  /** Hash of everything a pod was made from. */
  hash: 'dev.kindling.hash',
  /** Name of a container as its manifest has it. */
  container: 'dev.kindling.container',
  /** What decided an image's content. */
  fingerprint: 'dev.kindling.fingerprint',
  /** On images that are kept for later runs and belong to no environment. */
  base: 'dev.kindling.base',
} as const

export type Labels = Readonly<Record<string, string>>

/** As arguments of a command: `--label a=b --label c=d`. */
export function labelArgs(of: Labels): string[] {
  return Object.entries(of).flatMap(([name, value]) => ['--label', `${name}=${value}`])
}

/**
 * As arguments of a query, by the first label alone: versions of podman disagree on whether several filters mean all
 * or any of them, so that `hasLabels` has the last word.
 */
export function labelFilter(of: Labels): string[] {
  const [first] = Object.entries(of)
  if (first === undefined) return []
  const [name, value] = first
  return ['--filter', value === '' ? `label=${name}` : `label=${name}=${value}`]
}

/** Whether it carries all of them; a wanted value that is empty stands for any. */
export function hasLabels(actual: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    value === '' ? name in actual : actual[name] === value,
  )
}
