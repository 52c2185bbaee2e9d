import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CallOptions } from '../container-engine.ts'
import type { Podman } from './podman.ts'

/** Where distributions put podman's helper programs, and CNI its plugins. */
const helperDirectories = [
  '/usr/local/libexec/podman',
  '/usr/local/lib/podman',
  '/usr/libexec/podman',
  '/usr/lib/podman',
]
const cniDirectories = ['/usr/local/libexec/cni', '/usr/libexec/cni', '/usr/lib/cni', '/opt/cni/bin']

interface DnsProblem {
  readonly message: string
  readonly hint: string
}

/** What podman says of itself. */
export interface PodmanFacts {
  readonly networkBackend: string
  /** It works on another machine, whose files cannot be seen. */
  readonly isRemote: boolean
  /** Directory of its images, on the machine where it works. */
  readonly storage: string
}

export async function podmanFacts(podman: Podman, options: CallOptions = {}): Promise<PodmanFacts> {
  const { stdout } = await podman.run(
    ['info', '--format', '{{.Host.NetworkBackend}} {{.Host.ServiceIsRemote}} {{.Store.GraphRoot}}'],
    { ...options, isData: true },
  )
  const [networkBackend = '', isRemote, ...storage] = stdout.trim().split(' ')
  return { networkBackend, isRemote: isRemote === 'true', storage: storage.join(' ') }
}

/**
 * Pods find each other by name only if the network backend has its DNS server; podman itself says nothing when that
 * is missing. Nothing is said of a remote podman, whose files cannot be seen.
 */
export function findDnsProblem({ networkBackend: backend, isRemote }: PodmanFacts): DnsProblem | undefined {
  if (isRemote) return undefined
  if (backend === 'netavark' && !helperDirectories.some((path) => existsSync(join(path, 'aardvark-dns')))) {
    return {
      message: 'pods could not find each other by name: aardvark-dns is not installed',
      hint: 'install it (Debian, Ubuntu: apt-get install aardvark-dns)',
    }
  }
  if (backend === 'cni' && !cniDirectories.some((path) => existsSync(join(path, 'dnsname')))) {
    return {
      message: 'pods could not find each other by name: podman uses CNI networks without the dnsname plugin',
      hint: 'install netavark and aardvark-dns and set network_backend = "netavark" in containers.conf; or install golang-github-containernetworking-plugin-dnsname',
    }
  }
  return undefined
}
