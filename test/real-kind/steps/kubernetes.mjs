// Kubernetes from Debian's source package, the last one that holds the servers.
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpackSource } from '../apt-sources.mjs'
import { debianGo, goEnvironment } from '../go.mjs'
import { run } from '../process.mjs'
import { inRig, versions } from '../rig.mjs'

const patchDirectory = join(import.meta.dirname, '..', 'files', 'kubernetes-patches')
const patches = readdirSync(patchDirectory).map((name) => join(patchDirectory, name))
const reflect2 = '/usr/share/gocode/src/github.com/modern-go/reflect2'
const log = 'kubernetes'

const commands = [
  'kubeadm',
  'kubectl',
  'kubelet',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
]

/** Where a source tree for Go without modules has to lie. */
export const kubernetesTree = inRig('kubernetes', 'src', 'k8s.io', 'kubernetes')

/** The directory of the built commands. */
export const kubernetesCommands = inRig('kubernetes-commands')

/** The source with what it takes to build it with Go 1.19 and to run it in a node of kind. */
export const kubernetesSource = {
  name: 'kubernetes-source',
  title: "Kubernetes' source from Debian (34 MB)",
  needs: ['build-packages'],
  inputs: { version: versions.kubernetes },
  files: [...patches, import.meta.filename],
  outputs: [join(kubernetesTree, 'Makefile')],
  async run() {
    const unpacked = inRig('kubernetes-unpacked')
    rmSync(unpacked, { recursive: true, force: true })
    rmSync(kubernetesTree, { recursive: true, force: true })
    await unpackSource('kubernetes', unpacked)
    const [tree] = readdirSync(unpacked, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    if (!tree?.name.endsWith(versions.kubernetes.slice(1))) {
      throw new Error(`Debian's source is ${tree?.name}, not Kubernetes ${versions.kubernetes}`)
    }
    const directory = join(unpacked, tree.name)
    for (const patch of patches) {
      await run('patch', ['--strip=1', '--fuzz=0', '--input', patch], { cwd: directory, log })
    }
    // The vendored 1.0.1 reads Go's internals and panics at the start of a program built with Go 1.18 or newer.
    const vendored = join(directory, 'vendor', 'github.com', 'modern-go', 'reflect2')
    rmSync(vendored, { recursive: true })
    cpSync(reflect2, vendored, { recursive: true })
    writeFileSync(join(directory, 'version.sh'), versionFile(versions.kubernetes))
    mkdirSync(join(kubernetesTree, '..'), { recursive: true })
    renameSync(directory, kubernetesTree)
    rmSync(unpacked, { recursive: true })
  },
}

/** The commands of the node, the control plane, and kubectl. */
export const kubernetes = {
  name: 'kubernetes',
  title: 'Kubernetes itself (six minutes on two cores)',
  needs: ['kubernetes-source'],
  inputs: { commands },
  outputs: commands.map((command) => join(kubernetesCommands, command)),
  async run() {
    const what = commands.map((command) => `cmd/${command}`).join(' ')
    await run('make', ['all', `WHAT=${what}`], {
      log,
      cwd: kubernetesTree,
      env: {
        ...goEnvironment(debianGo),
        GOPATH: inRig('kubernetes'),
        KUBE_GIT_VERSION_FILE: join(kubernetesTree, 'version.sh'),
        KUBE_STATIC_OVERRIDES: 'kubelet',
      },
    })
    const output = join(kubernetesTree, '_output')
    rmSync(kubernetesCommands, { recursive: true, force: true })
    mkdirSync(kubernetesCommands)
    for (const command of commands) {
      renameSync(join(output, 'local', 'go', 'bin', command), join(kubernetesCommands, command))
    }
    rmSync(output, { recursive: true })
  },
}

/** What the build asks of a source that comes without git. */
function versionFile(version) {
  const [major, minor] = version.slice(1).split('.')
  return `KUBE_GIT_COMMIT=''
KUBE_GIT_TREE_STATE='archive'
KUBE_GIT_VERSION='${version}'
KUBE_GIT_MAJOR='${major}'
KUBE_GIT_MINOR='${minor}'
`
}
