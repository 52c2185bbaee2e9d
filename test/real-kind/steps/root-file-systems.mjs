// Debian's part of the images, put together by mmdebstrap from the machine's own archives.
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { debianRelease, debianSources } from '../apt-sources.mjs'
import { run } from '../process.mjs'
import { inRig } from '../rig.mjs'

/** What kind's Dockerfile installs, and what it compiles: containerd, runc and the CNI plugins. */
export const nodeRoot = rootFileSystem('node-root', 'the root file system of a node', [
  ...['systemd', 'dbus', 'libseccomp2', 'kmod', 'mount', 'util-linux', 'bash', 'procps', 'hostname'],
  ...['conntrack', 'iptables', 'nftables', 'iproute2', 'ethtool', 'ebtables', 'socat', 'ca-certificates'],
  ...['containerd', 'runc', 'containernetworking-plugins', 'jq', 'e2fsprogs', 'pigz', 'curl'],
])

/** Debian's etcd, and what kube-proxy calls. */
export const imageRoot = rootFileSystem(
  'image-root',
  'the root file system of etcd and kube-proxy',
  ['etcd-server', 'iptables', 'conntrack', 'ipset', 'kmod'],
  // What packages are installed with.
  ['usr/bin/perl*', 'usr/share/perl*', 'usr/lib/*/perl*', 'usr/lib/*/gconv', 'var/lib/dpkg'],
)

/** Whatever is in an image is unpacked when a node starts, and all else waits for that: `useless` are patterns of what goes. */
function rootFileSystem(name, title, packages, useless = []) {
  const tar = inRig('roots', `${name}.tar`)
  return {
    name,
    title,
    needs: ['build-packages'],
    inputs: [debianRelease(), packages, useless],
    outputs: [tar],
    async run() {
      mkdirSync(inRig('roots'), { recursive: true })
      const excludes = ['man', 'doc', 'info', 'locale', 'zoneinfo', 'i18n'].map(
        (part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`,
      )
      const partial = inRig('roots', `partial-${name}.tar`)
      rmSync(partial, { force: true })
      await run(
        'mmdebstrap',
        [
          '--variant=essential',
          `--include=${packages.join(',')}`,
          ...excludes,
          '--aptopt=Apt::Install-Recommends "false"',
          // Names of this machine's archives have no place in an image.
          '--customize-hook=rm -rf "$1"/etc/apt/sources.list*',
          ...useless.map((pattern) => `--customize-hook=rm -rf "$1"/${pattern}`),
          debianRelease(),
          partial,
          ...debianSources(),
        ],
        { log: name },
      )
      renameSync(partial, tar)
    },
  }
}
