// Podman with the configuration under which containers start here.
import { existsSync } from 'node:fs'
import { run, succeeds } from './process.mjs'
import { inRig } from './rig.mjs'

const containersConf = inRig('containers.conf')

/** The containers.conf of the rig, where the machine's own does not let containers start. */
export function rigContainersConf() {
  return existsSync(containersConf) ? containersConf : undefined
}

/** Runs podman; `options` as for `run`. */
export async function podman(args, options = {}) {
  return await run('podman', args, { log: 'podman', ...options, env: podmanEnvironment() })
}

/** Whether podman has an image. */
export async function hasImage(reference) {
  return await succeeds('podman', ['image', 'exists', reference], { log: 'podman', env: podmanEnvironment() })
}

/** The ID of an image, or `undefined` where there is none of that name. */
export async function imageId(reference) {
  if (!(await hasImage(reference))) return undefined
  return await podman(['image', 'inspect', '--format', '{{.Id}}', reference], { capture: true })
}

/** Removes images or names of them; what is not there, or in use, is left as it is. */
export async function removeImages(...references) {
  for (const reference of references) {
    await succeeds('podman', ['rmi', reference], { log: 'podman', env: podmanEnvironment() })
  }
}

function podmanEnvironment() {
  const path = rigContainersConf()
  return path === undefined ? {} : { CONTAINERS_CONF: path }
}
