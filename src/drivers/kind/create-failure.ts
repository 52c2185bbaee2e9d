/** Why a cluster could not be made, in a sentence, with the cure. */
export interface CreateFailure {
  readonly message: string
  readonly hint: string
  /** Present when the same has been seen to go by itself: where, for whoever asks. */
  readonly transient?: string
}

interface Signature {
  readonly pattern: RegExp
  readonly describe: (found: RegExpExecArray) => CreateFailure
}

/**
 * Failures that came once and not again on the same machine with the same configuration, with the reports. What may as
 * well be a fault of the configuration or the machine is not here, whatever it looks like: a second try would only
 * take another few minutes.
 */
const transientSignatures: readonly {
  readonly pattern: RegExp
  readonly what: string
  readonly seen: string
}[] = [
  {
    pattern: /network kind is ambiguous|network(?: name| with name)? kind already (?:used|exists)/,
    what: 'another cluster was being created and made the network `kind` at the same moment',
    seen: 'kubernetes-sigs/kind#1596, #1663',
  },
  {
    pattern: /container state improper/,
    what: 'the engine lost track of the state of a node',
    seen: 'kubernetes-sigs/kind#2464',
  },
  {
    pattern:
      /failed to get kubernetes version from node: failed to get file: command ".*cat \/kind\/version"/,
    what: 'a node was not there yet when kind looked into it',
    seen: 'kubernetes-sigs/kind#1288, projectcalico/node#996',
  },
  {
    pattern: /failed to remove control plane taint/,
    what: 'the API server went away for a moment right after its start',
    seen: 'kubernetes-sigs/kind#4058',
  },
  {
    pattern: /etcdserver: (?:request timed out|leader changed)/,
    what: 'etcd answered too slowly',
    seen: 'kubernetes-sigs/kind#717',
  },
]

const lastingSignatures: readonly Signature[] = [
  {
    pattern: /failed to pull image "([^"]+)"/,
    describe: ([, image]) => ({
      message: `the node image ${image} is not on this machine and cannot be pulled`,
      hint: 'the image is what the Kind config or kindling.yaml names, else the default of this version of kind; bring it here with `podman pull` or `podman load` (docker alike), or name one that is here',
    }),
  },
  {
    pattern: /no space left on device|disk quota exceeded/i,
    describe: () => ({
      message: "there is no space left on the disk that holds the engine's containers",
      hint: 'make room: `podman system df` (docker alike) shows what takes it, `kindling gc` removes what environments have left',
    }),
  },
  {
    pattern: /too many open files|inotify_init|inotify (?:instances|watches)/i,
    describe: () => ({
      message: 'the limit of this machine on watched files (inotify) is used up',
      hint: 'raise it: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
    }),
  },
  {
    pattern: /\/lib\/modules[^\s:]*: no such file or directory/,
    describe: () => ({
      message: 'there is no directory /lib/modules, which kind mounts into every node',
      hint: 'create it, empty if this kernel has no modules: mkdir -p /lib/modules/$(uname -r)',
    }),
  },
  {
    pattern: /statfs (\/[^\n]+): no such file or directory|bind source path does not exist: (\/\S+)/,
    describe: ([, podman, docker]) => ({
      message: `${podman ?? docker}, which the Kind config mounts, does not exist`,
      hint: 'create it, or correct `hostPath`; relative ones start at the directory of the Kind config',
    }),
  },
  {
    pattern: /rootless provider requires (.+?)(?:, see|$)/m,
    describe: ([, what]) => ({
      message: `kind without root needs ${what} on this machine`,
      hint: 'https://kind.sigs.k8s.io/docs/user/rootless/ says how to set that up',
    }),
  },
  {
    pattern:
      /(?:unable to decode config: (?:yaml: unmarshal errors:\s+)?|(?=unknown (?:apiVersion|kind)))([^\n]+)/,
    describe: ([, text]) => ({
      message: `kind does not understand the configuration: ${text}`,
      hint: 'correct it, or use the version of kind that it is written for',
    }),
  },
  {
    pattern: /cannot unmarshal \w+ into Go struct field [^\n]*xtraArgs/,
    describe: () => ({
      message: 'kubeadm does not understand `extraArgs` in a patch of the Kind config',
      hint: 'with v1beta3 and older it is a map, with v1beta4 a list of name and value; without `apiVersion` in the patch, write a map',
    }),
  },
  {
    pattern: /could not find a (?:log )?line that matches/,
    describe: () => ({
      message: 'a node did not start up',
      hint: "its own log is among the evidence; often it is a node image that does not fit this version of kind or the machine's cgroups",
    }),
  },
  {
    pattern: /failed to (init|join) node with kubeadm/,
    describe: ([, verb]) => ({
      message: verb === 'init' ? 'the control plane did not start' : 'a node could not join the cluster',
      hint: 'the log of the kubelet is among the evidence; often it is too little memory, a patch in the Kind config, or cgroups that the Kubernetes version does not support',
    }),
  },
]

const portSignatures: readonly RegExp[] = [
  /:(\d+)(?::[^\s:]*)?: bind: address already in use/,
  /Bind for \S*:(\d+) failed: port is already allocated/,
  /bind port (\d+) \(Address already in use\)/i,
]

/**
 * Recognises why `kind create cluster` failed in its output. `hostPorts` are those that the configuration fixes: one
 * that it does not is the API server's, which kind draws anew each time.
 */
export function describeCreateFailure(output: string, hostPorts: readonly number[]): CreateFailure {
  for (const pattern of portSignatures) {
    const found = pattern.exec(output)
    if (found !== null) return portFailure(Number(found[1]), hostPorts)
  }
  for (const { pattern, what, seen } of transientSignatures) {
    if (pattern.test(output)) return { message: what, hint: 'try again', transient: seen }
  }
  for (const { pattern, describe } of lastingSignatures) {
    const found = pattern.exec(output)
    if (found !== null) return describe(found)
  }
  const reason = ownWords(output)
  return {
    message: `kind could not create the cluster${reason === undefined ? '' : `: ${reason}`}`,
    hint: 'its output and the logs of the nodes are among the evidence; https://kind.sigs.k8s.io/docs/user/known-issues/ may know more',
  }
}

/** What kind says, or if that is only that a command of the engine failed, what that said. */
function ownWords(output: string): string | undefined {
  const [, ofKind] = /^ERROR: (?:failed to create cluster: )?(.+)$/m.exec(output) ?? []
  const [, ofEngine] =
    /^Command Output: (?:.*\n)*?(?:Command Output: )?(?:docker: )?(Error.*)$/m.exec(output) ?? []
  return ofKind?.startsWith('command "') ? (ofEngine ?? ofKind) : ofKind
}

function portFailure(port: number, hostPorts: readonly number[]): CreateFailure {
  if (hostPorts.includes(port)) {
    return {
      message: `port ${port} of this machine is in use`,
      hint: `stop what listens there (\`ss -ltnp 'sport = :${port}'\` shows it), or take another port`,
    }
  }
  return {
    message: `port ${port}, which kind had drawn for the API server, was taken in between`,
    hint: 'try again',
    transient: 'clusterlink-net/clusterlink#227',
  }
}
