import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Command } from '../../src/exec/command.ts'
import type { ExecOptions } from '../../src/exec/exec.ts'
import { type FakeAnswer, FakeExec } from './fake-exec.ts'

interface FakeNode {
  readonly id: string
  readonly name: string
  readonly cluster: string
  readonly role: string
  readonly mounts: readonly { readonly Source: string; readonly Destination: string }[]
  status: string
}

const controlPlane = ' • Starting control-plane 🕹️  ...\n ✓ Starting control-plane 🕹️'

interface ConfigNode {
  readonly role?: string
  readonly extraMounts?: readonly { readonly hostPath: string; readonly containerPath: string }[]
}

const banner =
  'using podman due to KIND_EXPERIMENTAL_PROVIDER\nenabling experimental podman provider\ncgroup v1 is deprecated in Kubernetes and will not be supported in a future kind release, please upgrade to cgroup v2\n'

/**
 * As much of kind 0.32 on podman 4.3.1 as the life of a cluster needs, without running anything. Outputs and exit codes
 * are those of the real programs; with podman, kind says three lines on standard error at every call.
 */
export class FakeKind {
  readonly exec: FakeExec = new FakeExec((command, options) => this.#answer(command, options))
  readonly nodes = new Map<string, FakeNode>()
  /** Names of volumes with the node that they are labelled with. */
  readonly volumes = new Map<string, string>()
  /** Names of containers that are in podman's storage alone, by id. */
  readonly halfMade = new Map<string, string>()
  /** When each network was made. */
  readonly networks = new Map<string, string>()
  /** What the next creations fail with, when their nodes are there. */
  readonly failures: string[] = []
  /** Called when the nodes of a creation are there. */
  onCreate: (options: ExecOptions) => void | Promise<void> = () => {}
  /** Whether the API server answers. */
  isReady = true
  version = 'kind v0.32.0 go1.26.2 linux/amd64'
  #count = 0

  /** A node of somebody's, mounted as is said. */
  addNode(cluster: string, role: string, mounts: FakeNode['mounts'] = [], status = 'running'): FakeNode {
    const id = `${++this.#count}`.padStart(64, '0')
    const sameRole = [...this.nodes.values()].filter((node) => node.cluster === cluster && node.role === role)
    const name = `${cluster}-${role}${sameRole.length === 0 ? '' : sameRole.length + 1}`
    const node: FakeNode = { id, name, cluster, role, mounts, status }
    this.nodes.set(id, node)
    this.volumes.set(`volume-${id}`, name)
    return node
  }

  nodesOf(cluster: string): FakeNode[] {
    return [...this.nodes.values()].filter((node) => node.cluster === cluster)
  }

  /** The commands that changed something, by their first words. */
  changes(): string[] {
    const changing = ['create cluster', 'rm', 'volume rm', 'network rm', 'delete']
    return this.exec.commands
      .map(({ args }) => args.join(' '))
      .flatMap((line) => changing.find((words) => line.startsWith(`${words} `)) ?? [])
  }

  async #answer(command: Command, options: ExecOptions): Promise<FakeAnswer | undefined> {
    if (command.program === 'podman') return this.#podman(command.args)
    if (command.program !== 'kind') return undefined
    const answer = await this.#kind(command, options)
    return { ...answer, stderr: banner + (answer.stderr ?? '') }
  }

  #kind({ args, env }: Command, options: ExecOptions): FakeAnswer | Promise<FakeAnswer> {
    const name = optionOf(args, '--name') ?? 'kind'
    switch (args.slice(0, 2).join(' ')) {
      case 'version':
        return { stdout: this.version }
      case 'get clusters':
        return { stdout: [...new Set([...this.nodes.values()].map(({ cluster }) => cluster))].join('\n') }
      case 'get kubeconfig':
        return this.nodesOf(name).length === 0
          ? { exitCode: 1, stderr: 'ERROR: could not locate any control plane nodes for cluster named' }
          : { stdout: `clusters:\n- cluster:\n    server: https://127.0.0.1:4${this.#count}443\n` }
      case 'create cluster':
        return this.#create(name, optionOf(args, '--config') ?? '', env?.KUBECONFIG ?? '', options)
      case 'export logs':
        if (this.nodesOf(name).length === 0)
          return { exitCode: 1, stderr: `ERROR: unknown cluster "${name}"` }
        mkdirSync(args[2] ?? '', { recursive: true })
        writeFileSync(join(args[2] ?? '', 'kind-version.txt'), this.version)
        return { stdout: args[2] ?? '' }
      default:
        return { exitCode: 1, stderr: `ERROR: unknown command "${args.join(' ')}" for "kind"` }
    }
  }

  async #create(
    cluster: string,
    configFile: string,
    kubeconfig: string,
    options: ExecOptions,
  ): Promise<FakeAnswer> {
    if (this.nodesOf(cluster).length > 0) {
      const stderr = `ERROR: failed to create cluster: node(s) already exist for a cluster with the name "${cluster}"`
      return { exitCode: 1, stderr }
    }
    if ([...this.halfMade.values()].some((name) => name.startsWith(`${cluster}-`))) {
      const reason = 'the container name is already in use. You have to remove that container'
      return {
        exitCode: 1,
        stderr: `ERROR: failed to create cluster: Error: creating container storage: ${reason}`,
      }
    }
    if (!this.networks.has('kind')) this.networks.set('kind', `made with ${cluster}`)
    const { nodes = [{}] } = parse(readFileSync(configFile, 'utf8')) as { nodes?: readonly ConfigNode[] }
    for (const { role = 'control-plane', extraMounts = [] } of nodes) {
      const mounts = extraMounts.map(({ hostPath, containerPath }) => ({
        Source: hostPath,
        Destination: containerPath,
      }))
      this.addNode(cluster, role, mounts)
    }
    if (nodes.filter(({ role = 'control-plane' }) => role === 'control-plane').length > 1) {
      this.addNode(cluster, 'external-load-balancer')
    }
    await this.onCreate(options)
    if (options.signal?.aborted) return { reason: 'cancelled' }
    const failure = this.failures.shift()
    if (failure !== undefined) {
      return {
        exitCode: 1,
        stderr: `${controlPlane}\n ✗ Installing CNI 🔌\nERROR: failed to create cluster: ${failure}`,
      }
    }
    if (existsSync(`${kubeconfig}.lock`)) {
      const reason = `failed to lock config file: open ${kubeconfig}.lock: file exists`
      return { exitCode: 1, stderr: `ERROR: failed to create cluster: ${reason}` }
    }
    writeFileSync(kubeconfig, 'of kind')
    return { stderr: `Creating cluster "${cluster}" ...\n${controlPlane}\nHave a nice day! 👋` }
  }

  #podman(args: readonly string[]): FakeAnswer {
    const filter = optionOf(args, '--filter') ?? ''
    switch (args.slice(0, 2).join(' ')) {
      case 'container inspect': {
        const found = args.slice(2).flatMap((id) => this.nodes.get(id) ?? [])
        return {
          stdout: JSON.stringify(found.map(inspected)),
          exitCode: found.length === args.length - 2 ? 0 : 125,
        }
      }
      case 'volume ls': {
        const label = /^label=(.*)=true$/.exec(filter)?.[1]
        return { stdout: [...this.volumes].flatMap(([name, of]) => (of === label ? [name] : [])).join('\n') }
      }
      case 'volume rm':
        for (const name of args.slice(2)) this.volumes.delete(name)
        return { stdout: args.slice(2).join('\n') }
      case 'network ls':
        return { stdout: ['podman', ...this.networks.keys()].join('\n') }
      case 'network inspect':
        return { stdout: JSON.stringify([{ name: args[2], created: this.networks.get(args[2] ?? '') }]) }
      case 'network rm':
        return this.#removeNetwork(args[2] ?? '')
    }
    switch (args[0]) {
      case 'ps':
        return { stdout: (args.includes('--external') ? this.#listAll() : this.#list(filter)).join('\n') }
      case 'rm':
        for (const id of args) if (!this.nodes.delete(id)) this.halfMade.delete(id)
        return {}
      case 'exec':
        // Its kubeconfig is waited for; here it is there at once.
        return args[2] === 'sh' ? {} : this.#nodeList(args[1] ?? '')
      default:
        return { exitCode: 125, stderr: `Error: unrecognized command \`podman ${args[0]}\`` }
    }
  }

  #list(filter: string): string[] {
    const cluster = /^label=io\.x-k8s\.kind\.cluster=(.*)$/.exec(filter)?.[1]
    if (cluster !== undefined) return this.nodesOf(cluster).map(({ id }) => id)
    return filter === 'network=kind' ? [...this.nodes.keys()] : []
  }

  #listAll(): string[] {
    const running = [...this.nodes.values()].map(({ id, name }) => `${id} Up 2 minutes ago ${name}`)
    return [...running, ...[...this.halfMade].map(([id, name]) => `${id} Storage ${name}`)]
  }

  #removeNetwork(name: string): FakeAnswer {
    if (this.nodes.size > 0) {
      const stderr = `Error: "${name}" has associated containers with it. Use -f to forcibly delete containers and pods: network is being used`
      return { exitCode: 2, stderr }
    }
    return this.networks.delete(name) ? { stdout: name } : { exitCode: 1, stderr: 'Error: network not found' }
  }

  #nodeList(controlPlane: string): FakeAnswer {
    const asked = [...this.nodes.values()].find(({ name }) => name === controlPlane)
    if (!this.isReady || asked?.status !== 'running') {
      return { exitCode: 1, stderr: 'The connection to the server was refused' }
    }
    const items = this.nodesOf(asked.cluster)
      .filter(({ role }) => role !== 'external-load-balancer')
      .map(({ name, status }) => ({
        metadata: { name },
        status: { conditions: [{ type: 'Ready', status: status === 'running' ? 'True' : 'Unknown' }] },
      }))
    return { stdout: JSON.stringify({ items }) }
  }
}

function inspected({ id, name, cluster, role, mounts, status }: FakeNode): unknown {
  return {
    Id: id,
    Name: name,
    State: { Status: status },
    Config: { Labels: { 'io.x-k8s.kind.cluster': cluster, 'io.x-k8s.kind.role': role } },
    Mounts: mounts,
  }
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option)
  return at < 0 ? undefined : args[at + 1]
}
