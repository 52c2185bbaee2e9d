import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environmentId } from '../../src/operations/environment-id.ts'
import { EnvironmentStore } from '../../src/state/environment-store.ts'
import { canBind } from '../../src/state/port-leases.ts'
import { type Ended, RunningCommand } from '../rig/project.ts'
import { writeFiles } from '../rig/temp-directory.ts'
import { tinySystem } from './tiny-system.ts'

const bin = join(import.meta.dirname, '../../bin/kindling.js')

/** Of which little is ever used: but below a gibibyte no build is begun. */
const diskSize = 1.5 * 2 ** 30

/** Whose name nobody of ours begins with, and which is never to be touched. */
const foreign = 'foreigner'

interface Process {
  readonly pid: number
  readonly name: string
  readonly commandLine: string
}

/**
 * A place with all that Kindling touches in it: a repository, a state directory, temporary files, and podman's own
 * storage, on a small disk of its own where root can mount one. Beside them are things of somebody else.
 */
export class Playground implements AsyncDisposable {
  readonly root: string
  readonly stateDirectory: string
  /** Whether it is a disk of its own, which can be filled. */
  readonly isDisk: boolean
  /** What bringing everything up, testing it and taking it down took, milliseconds. */
  firstMs = 0
  /** What there was before, and must be there in the end. */
  #baseline: readonly string[] = []
  readonly #base: string
  readonly #port: number
  readonly #network: string
  readonly #id: string
  /** Variables that lead every program here. */
  readonly env: Readonly<Record<string, string>>
  #keptPids: ReadonlySet<number> = new Set()

  private constructor(port: number) {
    this.#port = port
    this.#base = realpathSync(mkdtempSync(join(tmpdir(), 'kf-')))
    this.#network = `${foreign}-${this.#base.split('-').at(-1)?.toLowerCase()}`
    this.isDisk =
      process.getuid?.() === 0 &&
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskSize},mode=700`, 'tmpfs', this.#base]).status === 0
    this.root = join(this.#base, 'repository')
    this.#id = environmentId({ root: this.root, project: 'tiny' }, { name: 'e2e' })
    this.stateDirectory = join(this.#base, 'state')
    const storage = join(this.#base, 'storage.conf')
    const [graph = '', run = '', temporary] = ['graph', 'run', 'tmp'].map((name) => join(this.#base, name))
    // As on any machine, what podman knows of its mounts is not on the disk of its images.
    mkdirSync(run)
    if (this.isDisk) spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=700', 'tmpfs', run])
    writeFileSync(storage, `[storage]\ndriver = "overlay"\ngraphroot = "${graph}"\nrunroot = "${run}"\n`)
    this.env = {
      CI: 'true',
      KINDLING_STATE_DIR: this.stateDirectory,
      CONTAINERS_STORAGE_CONF: storage,
      TMPDIR: mkdirSync(temporary ?? '', { recursive: true }) ?? '',
    }
    writeFiles(this.root, tinySystem(port))
  }

  /** Runs everything once, so that what is kept on purpose is there, and adds what belongs to somebody else. */
  static async make(): Promise<Playground> {
    const playground = new Playground(await freePort())
    try {
      const startMs = performance.now()
      const first = await playground.kindling('test')
      playground.firstMs = performance.now() - startMs
      if (first.exitCode !== 0) throw new Error(`the tiny system does not come up:\n${first.stderr}`)
      playground.#addForeigner()
      playground.#keptPids = new Set(playground.processes().map(({ pid }) => pid))
      playground.#baseline = playground.#inventory()
      return playground
    } catch (error) {
      await playground[Symbol.asyncDispose]()
      throw error
    }
  }

  kindling(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
    return new RunningCommand(
      spawn(process.execPath, [bin, ...args], {
        cwd: this.root,
        env: { ...process.env, ...this.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
  }

  /** How the environments and builds are that Kindling knows of. */
  states(): string[] {
    return new EnvironmentStore(this.stateDirectory).list().map(({ state }) => state)
  }

  /** Changes what an image is made from. */
  change(): void {
    writeFileSync(join(this.root, 'web.txt'), `${performance.now()}\n`)
  }

  /** Takes all that is free of the disk, by making the disk smaller; returns what gives it back. */
  fill(): () => void {
    const resize = (bytes: number) =>
      spawnSync('mount', ['-o', `remount,size=${bytes}`, this.#base], { stdio: 'ignore' }).status === 0
    // More may be used by the time it happens.
    for (;;) {
      const { blocks, bfree, bsize } = statfsSync(this.#base)
      if (resize((blocks - bfree) * bsize)) return () => void resize(diskSize)
    }
  }

  /**
   * Removes what podman, whoever calls it, leaves on a full disk and when it is killed: it copies an image's configuration
   * to a temporary file when it looks at the image, and forgets the file when that cannot be written.
   */
  removePodmansOwn(): void {
    const temporary = join(this.#base, 'tmp')
    for (const name of list(temporary)) if (/^\d+$/.test(name)) rmSync(join(temporary, name))
  }

  /** Everything that runs because of a Kindling here: what it started has inherited its variables. */
  processes(): Process[] {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && !this.#keptPids.has(pid))
      .flatMap((pid) => {
        try {
          if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.#base)) return []
          const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
          // One for the whole machine, whoever has started it.
          if (name === 'aardvark-dns') return []
          const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
          return [{ pid, name, commandLine }]
        } catch {
          return []
        }
      })
  }

  /** Waits until nothing runs but containers, up to so many milliseconds; resolves with what still does. */
  async quiet(timeoutMs: number): Promise<Process[]> {
    const end = performance.now() + timeoutMs
    for (;;) {
      const running = this.processes().filter(({ name }) => name !== 'conmon')
      if (running.length === 0 || performance.now() > end) return running
      await sleep(50)
    }
  }

  /** What is there that was not before, and what was and is no longer. */
  leftovers(): string[] {
    const now = this.#inventory()
    return [
      ...now.filter((thing) => !this.#baseline.includes(thing)),
      ...this.#baseline.filter((thing) => !now.includes(thing)).map((thing) => `gone: ${thing}`),
    ]
  }

  /** How much there is of what could grow from run to run. */
  figures(): Record<string, number> {
    const things = this.#inventory()
    const count = (kind: string) => things.filter((thing) => thing.startsWith(`${kind} `)).length
    return {
      containers: count('container'),
      pods: count('pod'),
      images: count('image'),
      volumes: count('volume'),
      networks: count('network'),
      mounts: count('mount'),
      processes: count('process'),
      temporaryFiles: count('file'),
      stateKiB: Math.ceil(bytesBelow(this.stateDirectory) / 1024),
    }
  }

  /** Ends it whatever state it is in. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#keptPids = new Set()
    for (const { pid } of this.processes()) kill(pid)
    spawnSync('podman', ['pod', 'rm', '--all', '--force'], this.#options)
    spawnSync('podman', ['rm', '--all', '--force', '--time', '0'], this.#options)
    const named = this.#podman('network', 'ls', '--format', '{{.Name}}').filter((name) => this.#isOurs(name))
    for (const name of named) this.#podman('network', 'rm', '--force', name)
    await this.quiet(10_000)
    for (const mount of this.#mounts().reverse()) spawnSync('umount', ['--lazy', mount])
    rmSync(this.#base, { recursive: true, force: true })
  }

  #addForeigner(): void {
    // As `FROM` of a build may be anything, what is somebody else's stands on the same base.
    const [base = ''] = this.#podman('images', '--format', '{{.Repository}}:{{.Tag}}').filter((name) =>
      name.includes('kindling-base'),
    )
    this.#podman('tag', base, `localhost/${foreign}:1`)
    this.#podman('volume', 'create', foreign)
    this.#podman('network', 'create', this.#network)
    const command = ['sh', '-c', 'while :; do sleep 60; done']
    this.#podman(
      ...['run', '--detach', '--name', foreign, '--network', this.#network, '--volume', `${foreign}:/data`],
      ...[`localhost/${foreign}:1`, ...command],
    )
  }

  #inventory(): string[] {
    return [
      ...this.#podman('ps', '--all', '--external', '--format', 'container {{.Names}} {{.ID}} {{.Pid}}'),
      ...this.#podman('pod', 'ps', '--format', 'pod {{.Name}}'),
      ...this.#podman('images', '--all', '--format', 'image {{.Repository}}:{{.Tag}} {{.ID}}'),
      ...list(join(this.#base, 'graph', 'volumes')).map((name) => `volume ${name}`),
      ...this.#podman('network', 'ls', '--format', '{{.Name}}')
        .filter((name) => this.#isOurs(name))
        .map((name) => `network ${name}`),
      ...this.#redirects().map((rule) => `redirect ${rule}`),
      ...this.#mounts().map((mount) => `mount ${mount}`),
      ...this.processes().map(({ pid, commandLine }) => `process ${pid}: ${commandLine}`),
      ...this.#files().map((file) => `file ${file}`),
    ].sort()
  }

  /** Files that belong to a run or an environment; what is remembered of all of them stays. */
  #files(): string[] {
    const kept =
      /^(history|phases|instructions|ports|pulled-images|kind-network)\.json$|^built-images|^podman$|^file-hashes$|^reaped$/
    const leases = join(this.stateDirectory, 'ports.json')
    return [
      ...list(join(this.#base, 'tmp')),
      ...list(this.stateDirectory).filter(
        (name) => !kept.test(name) && !isEmpty(join(this.stateDirectory, name)),
      ),
      ...(existsSync(leases) ? (JSON.parse(readFileSync(leases, 'utf8')) as object[]) : []).map((lease) =>
        JSON.stringify(lease),
      ),
      ...list(join(this.root, '.kindling', 'environments')),
      ...list(join(this.root, '.kindling', 'runs')).flatMap((run) =>
        list(join(this.root, '.kindling', 'runs', run))
          .filter((name) => name === 'tmp')
          .map((name) => `${run}/${name}`),
      ),
    ]
  }

  /** Networks are the whole machine's, whichever storage containers have. */
  #isOurs(network: string): boolean {
    return network === this.#network || network.startsWith(this.#id)
  }

  #mounts(): string[] {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((mount) => mount.startsWith(this.#base))
  }

  #redirects(): string[] {
    const { stdout } = spawnSync('iptables-save', ['-t', 'nat'], { encoding: 'utf8' })
    return (stdout ?? '').split('\n').filter((rule) => rule.includes(`--dport ${this.#port} `))
  }

  #podman(...args: readonly string[]): string[] {
    const { status, stdout, stderr } = spawnSync('podman', args, this.#options)
    if (status !== 0) return [`podman ${args.join(' ')} exited with ${status}: ${stderr}`]
    return stdout.split('\n').filter(Boolean)
  }

  get #options() {
    // Where podman runs only with settings of Kindling's own, so it does here.
    const conf = join(this.stateDirectory, 'podman', 'containers.conf')
    const settings = existsSync(conf) ? { CONTAINERS_CONF: conf } : {}
    return { encoding: 'utf8', env: { ...process.env, ...this.env, ...settings } } as const
  }
}

function list(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : []
}

function bytesBelow(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

function isEmpty(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory() && readdirSync(path).length === 0
}

/** Ends a process, if it is there. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** Below those that the system gives to outgoing connections. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000)
    if (await canBind(port)) return port
  }
}
