import { type PresentRig, rigStatus } from '../real-kind/status.mjs'
import { Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

const status = rigStatus()

/** Why tests on a real cluster cannot run here, to be part of their name; absent when they can. */
export const missingRig: string | undefined = status.present ? undefined : status.reason

/** A name that says why its tests are skipped, where they are. */
export function onRig(name: string): string {
  return missingRig === undefined ? name : `${name} (${missingRig})`
}

/** The rig, for tests that are skipped without it. */
export function rig(): PresentRig {
  if (!status.present) throw new Error(status.reason)
  return status
}

/** The small system, served by Kind unless `changes` say otherwise. */
export function kindSystem(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const files = smallSystem()
  const config = (files['kindling.yaml'] ?? '').replace(
    'e2e: { services: [web] }',
    'e2e: { services: [web], cluster: { provider: kind } }',
  )
  // A change of a manifest is none of an image.
  return { ...files, 'kindling.yaml': config, '.dockerignore': '.kindling\nbase\n*.yaml\n', ...changes }
}

/** A repository on which the command line finds the rig's kind and node image. */
export function kindProject(files: Readonly<Record<string, string>> = kindSystem()): Project {
  const project = new Project(files)
  const { env, nodeImage } = rig()
  // podman's settings are Kindling's own affair.
  project.env = { PATH: env.PATH, KINDLING_NODE_IMAGE: nodeImage }
  return project
}
