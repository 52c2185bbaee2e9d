// The node image, from a registry or made of what the other steps have built.
import { cpSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { goModule } from '../go.mjs'
import { hasImage, imageId, podman, removeImages } from '../podman.mjs'
import { inRig, ownNodeImage, versions } from '../rig.mjs'
import { kubernetesCommands } from './kubernetes.mjs'
import { nodePrograms } from './programs.mjs'

const files = join(import.meta.dirname, '..', 'files')
const file = (name) => join(files, name)
const imagesArchive = inRig('control-plane-images.tar')

/** The images of the control plane under the names that kubeadm and kind's containerd configuration expect. */
const controlPlane = {
  ...Object.fromEntries(
    ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map((name) => [
      name,
      `k8s.gcr.io/${name}:${versions.kubernetes}`,
    ]),
  ),
  etcd: 'k8s.gcr.io/etcd:3.4.13-0',
  coredns: 'k8s.gcr.io/coredns:1.7.0',
  pause: 'registry.k8s.io/pause:3.10',
}

/** kind's own node image, where a registry serves it. */
export const publicNodeImage = {
  name: 'public-node-image',
  title: `the node image ${versions.publicNodeImage}`,
  needs: ['containers-conf'],
  inputs: versions.publicNodeImage,
  isStillThere: () => hasImage(versions.publicNodeImage),
  async run() {
    if (await hasImage(versions.publicNodeImage)) return
    await podman(['pull', '--quiet', versions.publicNodeImage])
  },
}

/** The control plane's images as one archive. */
export const controlPlaneImages = {
  name: 'control-plane-images',
  title: "the control plane's images",
  needs: ['containers-conf', 'kubernetes', 'coredns', 'pause', 'image-root'],
  inputs: controlPlane,
  files: ['control-plane.Containerfile', 'kube-proxy.sh'].map(file),
  outputs: [imagesArchive],
  async run() {
    const context = freshContext('control-plane', [
      inRig('roots', 'image-root.tar'),
      ...filesIn(kubernetesCommands),
      ...filesIn(nodePrograms),
    ])
    cpSync(file('kube-proxy.sh'), join(context, 'kube-proxy.sh'))
    const references = Object.values(controlPlane)
    try {
      for (const [target, reference] of Object.entries(controlPlane)) {
        await build('control-plane.Containerfile', context, reference, ['--target', target])
      }
      rmSync(imagesArchive, { force: true })
      await podman(['save', '--quiet', '--multi-image-archive', '--output', imagesArchive, ...references])
    } finally {
      await removeImages(...references)
      rmSync(context, { recursive: true })
    }
  },
}

/** The node image made here. */
export const nodeImage = {
  name: 'node-image',
  title: `the node image ${ownNodeImage}`,
  needs: ['control-plane-images', 'crictl', 'node-root'],
  inputs: [ownNodeImage, versions.kind],
  files: [
    ...['node.Containerfile', 'prepare-node.sh', 'import-images.sh', 'default-cni.yaml'],
    ...['pod-network.sh', 'pod-network.service'],
  ].map(file),
  isStillThere: () => hasImage(ownNodeImage),
  async run() {
    const context = freshContext('node', [inRig('roots', 'node-root.tar'), imagesArchive])
    for (const path of this.files) cpSync(path, join(context, basename(path)))
    mkdirSync(join(context, 'commands'))
    const commands = ['kubeadm', 'kubectl', 'kubelet'].map((name) => join(kubernetesCommands, name))
    linkInto(join(context, 'commands'), [...commands, join(nodePrograms, 'crictl')])
    const kind = await goModule('sigs.k8s.io/kind', versions.kind, 'kind')
    cpSync(join(kind, 'images', 'base', 'files'), join(context, 'kind-files'), { recursive: true })
    const previous = await imageId(ownNodeImage)
    const version = ['--build-arg', `KUBERNETES_VERSION=${versions.kubernetes}`]
    await build('node.Containerfile', context, ownNodeImage, version)
    // It has lost its name to the new one; clusters that run on it keep it.
    if (previous !== undefined) await removeImages(previous)
    rmSync(context, { recursive: true })
  },
}

async function build(containerfile, context, reference, options) {
  const where = ['--file', file(containerfile), '--tag', reference, context]
  // The cache of layers would keep them as images of their own.
  await podman(['build', '--layers=false', '--network=none', ...options, ...where])
}

function freshContext(name, paths) {
  const context = inRig('contexts', name)
  rmSync(context, { recursive: true, force: true })
  mkdirSync(context, { recursive: true })
  linkInto(context, paths)
  return context
}

function linkInto(directory, paths) {
  for (const path of paths) linkSync(path, join(directory, basename(path)))
}

function filesIn(directory) {
  return readdirSync(directory).map((name) => join(directory, name))
}
