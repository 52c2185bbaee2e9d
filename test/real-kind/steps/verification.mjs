// The proof: a cluster is created from what the steps have made, and deleted again.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { podman, rigContainersConf } from '../podman.mjs'
import { run } from '../process.mjs'
import { inRig, ownNodeImage, rigEnvironment, rigRecord, versions } from '../rig.mjs'

const cluster = 'kindling-real-kind'

/** kubectl of the node's own version, for the host. */
export const kubectl = (image) => ({
  name: 'kubectl',
  title: 'kubectl, from the node image',
  needs: [image === ownNodeImage ? 'node-image' : 'public-node-image'],
  outputs: [inRig('bin', 'kubectl')],
  async run() {
    mkdirSync(inRig('bin'), { recursive: true })
    const container = await podman(['create', '--network=none', image], { capture: true })
    try {
      const fresh = inRig('bin', 'kubectl.new')
      await podman(['cp', `${container}:/usr/bin/kubectl`, fresh])
      renameSync(fresh, this.outputs[0])
    } finally {
      await podman(['rm', container])
    }
  },
})

/** Creates a cluster, sees its node and its DNS ready, deletes it; then says that the rig is there. */
export const verification = (image) => ({
  name: 'verification',
  title: 'a cluster for a try',
  needs: ['kubectl', 'containers-conf', 'modules-directory'],
  inputs: image,
  outputs: [rigRecord],
  async run() {
    const kubeconfig = inRig('verification.kubeconfig')
    const options = { log: 'verification', env: rigEnvironment(rigContainersConf()), outlives: true }
    const ofCluster = ['--name', cluster, '--kubeconfig', kubeconfig]
    // One that a killed run has left would be in the way.
    await run('kind', ['delete', 'cluster', ...ofCluster], options)
    try {
      await run('kind', ['create', 'cluster', ...ofCluster, '--image', image, '--wait', '180s'], options)
      const ask = async (...args) => await run('kubectl', ['--kubeconfig', kubeconfig, ...args], options)
      await ask('wait', '--for=condition=Ready', 'node', '--all', '--timeout=180s')
      // Tells that pods have addresses, reach the API server and may read what they need.
      await ask('--namespace=kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=180s')
    } catch (error) {
      rmSync(rigRecord, { force: true })
      throw error
    } finally {
      await run('kind', ['delete', 'cluster', ...ofCluster], options)
      rmSync(kubeconfig, { force: true })
    }
    const kubernetesVersion = image === ownNodeImage ? versions.kubernetes : image.split(':')[1]
    writeFileSync(rigRecord, `${JSON.stringify({ nodeImage: image, kubernetesVersion })}\n`)
  },
})
