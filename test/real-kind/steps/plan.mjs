// What is to be done on this machine, in order.
import { hasImage } from '../podman.mjs'
import { succeeds } from '../process.mjs'
import { say } from '../progress.mjs'
import { ownNodeImage, versions } from '../rig.mjs'
import { containersConf, modulesDirectory } from './host.mjs'
import { kubernetes, kubernetesSource } from './kubernetes.mjs'
import { controlPlaneImages, nodeImage, publicNodeImage } from './node-image.mjs'
import { coredns, crictl, helm, kind, pause } from './programs.mjs'
import { imageRoot, nodeRoot } from './root-file-systems.mjs'
import { buildPackages } from './system-packages.mjs'
import { kubectl, verification } from './verification.mjs'

const registryTimeoutMs = 20_000

/** The steps with a node image from the registry where that answers, otherwise with one made from Debian's packages. */
export async function planSteps() {
  const isPublic = await isRegistryInReach()
  const image = isPublic ? versions.publicNodeImage : ownNodeImage
  if (!isPublic) say('no registry serves a node image here: making one from the packages of Debian and Go')
  return [
    kind,
    helm,
    containersConf,
    modulesDirectory,
    ...(isPublic ? [publicNodeImage] : ownNodeImageSteps()),
    kubectl(image),
    verification(image),
  ]
}

function ownNodeImageSteps() {
  return [
    buildPackages,
    kubernetesSource,
    kubernetes,
    crictl,
    coredns,
    pause,
    nodeRoot,
    imageRoot,
    controlPlaneImages,
    nodeImage,
  ]
}

async function isRegistryInReach() {
  if (await hasImage(versions.publicNodeImage)) return true
  const options = { log: 'podman', timeoutMs: registryTimeoutMs }
  return await succeeds('podman', ['manifest', 'inspect', versions.publicNodeImage], options)
}
