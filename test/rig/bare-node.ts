import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunKind } from '../../src/drivers/node-images/archive-way.ts'
import type { NodeCli } from '../../src/drivers/node-images/node.ts'
import type { CommandResult, ExecOptions } from '../../src/exec/exec.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'

/** Why no containerd of the tests' own can be run here. */
export function whyNoBareNode(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can run a containerd'
  if (spawnSync('containerd', ['--version']).status !== 0) return 'containerd is not installed'
  return undefined
}

/** A node that is nothing but a containerd on this machine, with its own storage: as much of one as loading sees. */
export class BareNode implements NodeCli, AsyncDisposable {
  readonly name: string
  readonly #directory: string
  readonly #exec = new LocalExec()
  #end: (() => Promise<void>) | undefined

  private constructor(name: string) {
    this.name = name
    this.#directory = mkdtempSync(join(tmpdir(), 'kindling-node-'))
  }

  static async start(name: string): Promise<BareNode> {
    const node = new BareNode(name)
    try {
      await node.#start()
      return node
    } catch (error) {
      await node[Symbol.asyncDispose]()
      throw error
    }
  }

  exec([program = '', ...args]: readonly string[], options?: ExecOptions): Promise<CommandResult> {
    return this.#exec.run({ program, args, env: this.#env }, options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end?.()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  get #env(): Record<string, string> {
    return { CONTAINERD_ADDRESS: join(this.#directory, 'containerd.sock') }
  }

  async #start(): Promise<void> {
    const config = join(this.#directory, 'config.toml')
    const log = join(this.#directory, 'log')
    writeFileSync(config, configOf(this.#directory))
    const logFile = openSync(log, 'w')
    const daemon = spawn('containerd', ['--config', config], { stdio: ['ignore', logFile, logFile] })
    const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()))
    const endNow = () => void daemon.kill('SIGKILL')
    process.once('exit', endNow)
    this.#end = async () => {
      daemon.kill()
      await ended
      process.off('exit', endNow)
    }
    const answers = () =>
      spawnSync('ctr', ['version'], { env: { ...process.env, ...this.#env } }).status === 0
    while (!answers()) {
      if (daemon.exitCode !== null)
        throw new Error(`containerd does not start here:\n${readFileSync(log, 'utf8')}`)
      await sleep(50)
    }
  }
}

function configOf(directory: string): string {
  return `version = 2
root = ${JSON.stringify(join(directory, 'root'))}
state = ${JSON.stringify(join(directory, 'state'))}
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = ${JSON.stringify(join(directory, 'containerd.sock'))}
[ttrpc]
address = ${JSON.stringify(join(directory, 'containerd.sock.ttrpc'))}
`
}

/** What `kind load image-archive` does with a tar, for nodes that Kind knows nothing of. */
export function kindFor(nodes: readonly NodeCli[]): RunKind {
  return async ([, , tar = '', ...flags], options) => {
    if (!existsSync(tar)) throw new Error(`no tar ${tar}`)
    execFileSync('tar', ['-tf', tar])
    const names = flags[flags.indexOf('--nodes') + 1]?.split(',') ?? []
    const { stdin: _, ...rest } = options
    const loads = nodes
      .filter(({ name }) => names.includes(name))
      .map((node) =>
        node.exec(
          ['ctr', '--namespace=k8s.io', 'images', 'import', '--digests', '--snapshotter=overlayfs', tar],
          rest,
        ),
      )
    const [first] = await Promise.all(loads)
    if (first === undefined) throw new Error(`no node of ${names}`)
    return first
  }
}
