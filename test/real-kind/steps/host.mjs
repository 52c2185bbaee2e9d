// What the machine itself must have for nodes of kind to start, besides packages.
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { podman, removeImages, rigContainersConf } from '../podman.mjs'
import { runAsRoot } from '../process.mjs'
import { say } from '../progress.mjs'
import { inRig, kernelModules } from '../rig.mjs'

/** An empty directory does where the kernel has no modules; without one kind's nodes do not start. */
export const modulesDirectory = {
  name: 'modules-directory',
  title: "the directory of the kernel's modules",
  inputs: kernelModules,
  outputs: [kernelModules],
  async run() {
    if (existsSync(kernelModules)) return
    say(`  making ${kernelModules}, which is missing and which kind mounts`)
    await runAsRoot('mkdir', ['-p', kernelModules])
  },
}

/** A containers.conf of the rig's own if a container does not start under the machine's. */
export const containersConf = {
  name: 'containers-conf',
  title: 'a containers.conf under which containers start',
  needs: ['kind'],
  inputs: limits(),
  async run() {
    const path = inRig('containers.conf')
    rmSync(path, { force: true })
    const problem = await tryContainer()
    if (problem === undefined) return
    writeFileSync(path, rigConfiguration(limits()))
    const remaining = await tryContainer()
    if (remaining !== undefined) throw new Error(`podman cannot start a container: ${remaining.message}`)
  },
  isStillThere: async () => rigContainersConf() !== undefined || (await tryContainer()) === undefined,
}

/** The error of starting a container, whose only program is kind: a static one that is there already. */
async function tryContainer() {
  const context = inRig('probe')
  const image = 'localhost/kindling-real-kind/probe:latest'
  rmSync(context, { recursive: true, force: true })
  mkdirSync(context, { recursive: true })
  linkSync(inRig('bin', 'kind'), join(context, 'kind'))
  writeFileSync(join(context, 'Containerfile'), 'FROM scratch\nCOPY kind /kind\nENTRYPOINT ["/kind"]\n')
  try {
    await podman(['build', '--quiet', '--tag', image, context])
    await podman(['run', '--rm', '--network=none', image, 'version'])
    return undefined
  } catch (error) {
    return error
  } finally {
    await removeImages(image)
    rmSync(context, { recursive: true })
  }
}

/** The same as Kindling derives for itself (src/drivers/podman/containers-conf.ts). */
function rigConfiguration({ openFiles, processes }) {
  return `# Written for clusters of test/real-kind; the machine's own configuration is not changed.
[containers]
# At most the limits of this session, which a process without CAP_SYS_RESOURCE may not raise.
default_ulimits = ["nofile=${openFiles}:${openFiles}", "nproc=${processes}:${processes}"]
pids_limit = 0

[engine]
# crun refuses cgroups in hybrid mode.
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`
}

function limits() {
  const text = readFileSync('/proc/self/limits', 'utf8')
  const hard = (name) => Number(new RegExp(`^${name} +\\S+ +(\\d+)`, 'm').exec(text)?.[1] ?? Infinity)
  return {
    openFiles: Math.min(hard('Max open files'), 20_000),
    // The hard limit of processes itself is refused.
    processes: Math.min(Math.floor(hard('Max processes') / 2), 8_192),
  }
}
