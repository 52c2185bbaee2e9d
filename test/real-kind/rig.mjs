// Where everything of the rig lies, and the versions it is made of.
import { homedir, release } from 'node:os'
import { delimiter, join } from 'node:path'

/** Everything the rig makes, outside of the repository; removing it removes the rig but for one podman image. */
export const rigDirectory = process.env.KINDLING_RIG_DIR || join(homedir(), '.cache', 'kindling-real-kind')

/** A path below the rig's directory. */
export const inRig = (...names) => join(rigDirectory, ...names)

/** The versions that belong together; a change of one makes again what was built from it. */
export const versions = {
  kind: 'v0.32.0',
  // What that release of kind was tested with; taken where a registry answers.
  publicNodeImage: 'docker.io/kindest/node:v1.36.1',
  // The last one whose servers Debian 12 has as source.
  kubernetes: 'v1.20.2',
  // The first that the proxy has and this machine's Go builds: 1.22 for the first, Debian's for the second.
  crictl: ['v1.30.0', 'v1.26.0'],
  // As with crictl, for charts in tests.
  helm: ['v3.14.4', 'v3.11.3'],
  // Reads the EndpointSlices of Kubernetes 1.20 and builds with Go 1.19.
  coredns: 'v1.8.7',
}

/** What the verified rig consists of; missing until it is. */
export const rigRecord = inRig('rig.json')

/** Where kind looks for the kernel's modules, to mount them into its nodes. */
export const kernelModules = join('/lib/modules', release())

/** The node image made here, as podman names it. */
export const ownNodeImage = `localhost/kindling-real-kind/node:${versions.kubernetes}`

/** What a call of kind, kubectl or podman needs in its environment to work on this rig. */
export function rigEnvironment(containersConf) {
  return {
    PATH: [inRig('bin'), process.env.PATH ?? ''].join(delimiter),
    KIND_EXPERIMENTAL_PROVIDER: 'podman',
    ...(containersConf === undefined ? {} : { CONTAINERS_CONF: containersConf }),
  }
}
