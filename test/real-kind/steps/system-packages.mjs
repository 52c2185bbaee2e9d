// What the build needs from Debian, on the machine itself.
import { existsSync, readFileSync } from 'node:fs'
import { findProgram, runAsRoot } from '../process.mjs'
import { say } from '../progress.mjs'

/** What kind and its nodes need on any machine, by Debian's package names. */
const forClusters = {
  podman: () => findProgram('podman'),
  // crun refuses hosts with cgroups in hybrid mode.
  runc: () => findProgram('runc'),
  netavark: () => existsSync('/usr/lib/podman/netavark'),
  'aardvark-dns': () => existsSync('/usr/lib/podman/aardvark-dns'),
  iptables: () => findProgram('iptables'),
  // Builds kind.
  'golang-go': () => findProgram('go'),
}

/** What making the node image takes besides. */
const forNodeImage = {
  mmdebstrap: () => findProgram('mmdebstrap'),
  'golang-1.19-go': () => existsSync('/usr/lib/go-1.19/bin/go'),
  // Stands in for a package in the Kubernetes source that panics when built with Go 1.18 or newer.
  'golang-github-modern-go-reflect2-dev': () =>
    existsSync('/usr/share/gocode/src/github.com/modern-go/reflect2'),
  'dpkg-dev': () => findProgram('dpkg-source'),
  gcc: () => findProgram('gcc'),
  'libc6-dev': () =>
    existsSync('/usr/lib/x86_64-linux-gnu/libc.a') || existsSync('/usr/lib/aarch64-linux-gnu/libc.a'),
  make: () => findProgram('make'),
  patch: () => findProgram('patch'),
  rsync: () => findProgram('rsync'),
}

/** Installs what is missing for running clusters. */
export const clusterPackages = step('cluster-packages', 'Debian packages that run clusters', forClusters)

/** Installs what is missing for making the node image. */
export const buildPackages = step('build-packages', 'Debian packages that build the node image', forNodeImage)

function step(name, title, packages) {
  const missing = () => Object.keys(packages).filter((entry) => !packages[entry]())
  return {
    name,
    title,
    inputs: Object.keys(packages),
    isStillThere: () => missing().length === 0,
    async run() {
      const wanted = missing()
      if (wanted.length === 0) return
      if (!isDebian()) {
        throw new Error(
          `please install ${wanted.join(' ')} (names of Debian's packages): this is no Debian system`,
        )
      }
      say(`  installing with apt-get: ${wanted.join(' ')}`)
      await apt('update')
      await apt('install', '--yes', '--no-install-recommends', ...wanted)
    },
  }
}

async function apt(...args) {
  const quiet = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'Dpkg::Use-Pty=0']
  await runAsRoot('env', [...quiet, ...args], { log: 'apt' })
}

/** Whether apt-get serves Debian's packages here. */
export function isDebian() {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}
