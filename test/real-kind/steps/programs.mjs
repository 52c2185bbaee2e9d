// The single programs: kind and helm for the host, crictl for the node, CoreDNS and pause for images.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { debianGo, goBuild } from '../go.mjs'
import { run } from '../process.mjs'
import { inRig, versions } from '../rig.mjs'
import { kubernetesTree } from './kubernetes.mjs'

/** Where programs for the node and its images lie; those for the host are in `bin`. */
export const nodePrograms = inRig('node-programs')

/** kind for the host. */
export const kind = {
  name: 'kind',
  title: `kind ${versions.kind}`,
  inputs: versions.kind,
  outputs: [inRig('bin', 'kind')],
  async run() {
    await goBuild(
      { module: 'sigs.k8s.io/kind', version: versions.kind, package: '.' },
      this.outputs[0],
      'kind',
    )
  },
}

/** helm for the host. */
export const helm = {
  name: 'helm',
  title: `helm ${versions.helm.join(' or ')}`,
  inputs: versions.helm,
  outputs: [inRig('bin', 'helm')],
  async run() {
    const build = async (version) =>
      await goBuild({ module: 'helm.sh/helm/v3', version, package: './cmd/helm' }, this.outputs[0], 'helm')
    const [newest, oldest] = versions.helm
    await build(newest).catch(() => build(oldest))
  },
}

/** The node's command line for its container runtime, which kind asks which images there are. */
export const crictl = {
  name: 'crictl',
  title: `crictl ${versions.crictl.join(' or ')}`,
  inputs: versions.crictl,
  outputs: [join(nodePrograms, 'crictl')],
  async run() {
    const build = async (version) =>
      await goBuild(
        { module: 'sigs.k8s.io/cri-tools', version, package: './cmd/crictl' },
        this.outputs[0],
        'crictl',
      )
    const [newest, oldest] = versions.crictl
    await build(newest).catch(() => build(oldest))
  },
}

/** The cluster's DNS server. */
export const coredns = {
  name: 'coredns',
  title: `CoreDNS ${versions.coredns}`,
  needs: ['build-packages'],
  inputs: versions.coredns,
  outputs: [join(nodePrograms, 'coredns')],
  async run() {
    const coredns = {
      module: 'github.com/coredns/coredns',
      version: versions.coredns,
      package: '.',
      go: debianGo,
    }
    await goBuild(coredns, this.outputs[0], 'coredns')
  },
}

/** The program of the container that holds a pod's namespaces. */
export const pause = {
  name: 'pause',
  title: 'pause',
  needs: ['kubernetes-source'],
  outputs: [join(nodePrograms, 'pause')],
  async run() {
    mkdirSync(nodePrograms, { recursive: true })
    const source = join(kubernetesTree, 'build', 'pause', 'linux', 'pause.c')
    const options = ['-Os', '-static', '-s', `-DVERSION=${versions.kubernetes}`]
    await run('gcc', [...options, '-o', this.outputs[0], source], { log: 'pause' })
  },
}
