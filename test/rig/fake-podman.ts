import type { Command } from '../../src/exec/command.ts'
import { type FakeAnswer, FakeExec } from './fake-exec.ts'

interface FakeContainer {
  readonly name: string
  readonly pod: string
  readonly restartPolicy: string
  status: 'created' | 'running' | 'exited'
  exitCode: number
}

interface FakePod {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/**
 * As much of podman 4.3.1 as the pods of an environment need, without running anything: what is started runs, but for
 * the containers that `endsAs` gives an exit code. The forms of its answers are those of the recorded transcripts.
 */
export class FakePodman {
  readonly exec: FakeExec = new FakeExec((command) => this.#answer(command))
  readonly networks = new Set<string>()
  readonly pods = new Map<string, FakePod>()
  readonly containers = new Map<string, FakeContainer>()
  /** Exit codes of containers that end as soon as they are started, by name. */
  readonly endsAs = new Map<string, number>()
  /** The host's ports behind those of containers, by their pod and port: `shop-e2e-1-web:8080`. */
  readonly hostPorts = new Map<string, number>()
  /** Words that begin a command that fails, with what it says. */
  readonly failures = new Map<string, string>()

  /** The commands that changed something, by their first words. */
  changes(): string[] {
    return this.exec.commands
      .map(({ args }) => args)
      .filter(([noun, verb]) => (noun === 'pod' && verb !== 'ps') || noun === 'create' || noun === 'start')
      .map(([noun, verb, ...rest]) =>
        noun === 'start'
          ? [noun, verb, ...rest].join(' ')
          : [noun, verb, optionOf([verb ?? '', ...rest], '--name') ?? rest.at(-1)].join(' '),
      )
  }

  /** Ends a container from outside, as a crash or a `podman stop` does. */
  end(name: string, exitCode: number): void {
    const container = this.containers.get(name)
    if (container === undefined) throw new Error(`no container ${name}`)
    Object.assign(container, { status: 'exited', exitCode })
  }

  #answer({ program, args }: Command): FakeAnswer | undefined {
    if (program !== 'podman') return {}
    const line = args.join(' ')
    for (const [start, stderr] of this.failures) if (line.startsWith(start)) return { exitCode: 125, stderr }
    switch (args.slice(0, 2).join(' ')) {
      case 'network exists':
        return { exitCode: this.networks.has(args[2] ?? '') ? 0 : 1 }
      case 'network create':
        this.networks.add(args.at(-1) ?? '')
        return {}
      case 'network ls':
        return { stdout: [...this.networks].join('\n') }
      case 'network rm':
        return { exitCode: this.networks.delete(args[2] ?? '') ? 0 : 1 }
      case 'pod create':
        return this.#createPod(args)
      case 'pod ps':
        return { stdout: args.includes('json') ? this.#listPods() : [...this.pods.keys()].join('\n') }
      case 'pod rm':
        return this.#removePod(args.at(-1) ?? '')
      case 'container inspect':
        return this.#inspect(args.slice(2))
    }
    switch (args[0]) {
      case 'create':
        return this.#createContainer(args)
      case 'start':
        for (const name of args.slice(1)) this.#start(name)
        return {}
      case 'wait':
        return { stdout: `${this.containers.get(args[1] ?? '')?.exitCode}` }
      case 'inspect':
        return { stdout: '4242' }
      case 'logs':
        return { stdout: `output of ${args.at(-1)}` }
      default:
        return {}
    }
  }

  #createPod(args: readonly string[]): FakeAnswer {
    const name = optionOf(args, '--name') ?? ''
    if (this.pods.has(name))
      return { exitCode: 125, stderr: `Error: name "${name}" is in use: pod already exists` }
    const labels = args.flatMap((word, i) =>
      word === '--label' ? [(args[i + 1] ?? '').split('=') as [string, string]] : [],
    )
    this.pods.set(name, { name, labels: Object.fromEntries(labels) })
    const infra = optionOf(args, '--infra-name') ?? ''
    this.containers.set(infra, { name: infra, pod: name, restartPolicy: '', status: 'created', exitCode: 0 })
    return {}
  }

  #createContainer(args: readonly string[]): FakeAnswer {
    const name = optionOf(args, '--name') ?? ''
    const [restartPolicy = ''] = (optionOf(args, '--restart') ?? '').split(':')
    this.containers.set(name, {
      name,
      pod: optionOf(args, '--pod') ?? '',
      restartPolicy,
      status: 'created',
      exitCode: 0,
    })
    return {}
  }

  #start(name: string): void {
    const container = this.containers.get(name)
    if (container === undefined) return
    for (const infra of this.containers.values()) {
      if (infra.pod === container.pod && infra.restartPolicy === '') infra.status = 'running'
    }
    const exitCode = this.endsAs.get(name)
    container.status = exitCode === undefined ? 'running' : 'exited'
    container.exitCode = exitCode ?? 0
  }

  #removePod(name: string): FakeAnswer {
    this.pods.delete(name)
    for (const container of this.containers.values()) {
      if (container.pod === name) this.containers.delete(container.name)
    }
    return {}
  }

  #listPods(): string {
    const list = [...this.pods.values()].map(({ name, labels }) => ({
      Name: name,
      Labels: labels,
      Containers: [...this.containers.values()]
        .filter(({ pod }) => pod === name)
        .map((container) => ({ Names: container.name, Status: container.status })),
    }))
    return JSON.stringify(list)
  }

  #inspect(names: readonly string[]): FakeAnswer {
    const found = names.flatMap((name) => this.containers.get(name) ?? [])
    const list = found.map(({ name, pod, status, exitCode, restartPolicy }) => ({
      Name: name,
      RestartCount: 0,
      State: { Status: status, ExitCode: exitCode, OOMKilled: false },
      HostConfig: { RestartPolicy: { Name: restartPolicy } },
      NetworkSettings: { Ports: this.#portsOf(pod) },
    }))
    return { stdout: JSON.stringify(list), exitCode: found.length === names.length ? 0 : 125 }
  }

  #portsOf(pod: string): Record<string, unknown> {
    const own = [...this.hostPorts].filter(([name]) => name.startsWith(`${pod}:`))
    return Object.fromEntries(
      own.map(([name, port]) => [`${name.slice(pod.length + 1)}/tcp`, [{ HostPort: `${port}` }]]),
    )
  }
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option)
  return at < 0 ? undefined : args[at + 1]
}
