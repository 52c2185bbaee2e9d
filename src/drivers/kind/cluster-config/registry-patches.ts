import { parse } from 'yaml'
import type { KindConfig } from './kind-config.ts'

/**
 * Have containerd look up in `/etc/containerd/certs.d` how registries are reached, as kind's own page on registries
 * asks for; kind takes the patch whose version is that of the node's configuration.
 */
const patches: readonly string[] = [
  `version = 2
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
`,
  `version = 3
[plugins."io.containerd.cri.v1.images".registry]
  config_path = "/etc/containerd/certs.d"
`,
]

/**
 * What lets nodes pull images from this machine; nothing where the project has its own mind about registries, which
 * containerd may refuse to have beside ours.
 */
export function registryPatches({ source }: KindConfig): readonly string[] {
  const own = source === undefined ? undefined : (parse(source.text) as Record<string, unknown> | null)
  const their = [own?.containerdConfigPatches, own?.containerdConfigPatchesJSON6902]
  return /registry/i.test(JSON.stringify(their)) ? [] : patches
}
