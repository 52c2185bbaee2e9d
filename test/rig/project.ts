import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

const bin = join(import.meta.dirname, '../../bin/kindling.js')

/** Plain lines, whichever CI system the tests themselves run in. */
const plainCi = {
  CI: 'true',
  GITHUB_ACTIONS: undefined,
  GITHUB_STEP_SUMMARY: undefined,
  GITLAB_CI: undefined,
  FORCE_COLOR: undefined,
  KINDLING_JUNIT: undefined,
}

export interface Ended {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A repository in a temporary directory, on which the real command line is run with a state directory of its own. */
export class Project implements AsyncDisposable {
  readonly root: string
  readonly #base: string
  readonly #running = new Set<RunningCommand>()
  /** Changes to the environment of the commands. */
  env: Record<string, string | undefined> = {}

  constructor(files: Readonly<Record<string, string>>) {
    this.#base = realpathSync(mkdtempSync(join(tmpdir(), 'kindling-test-')))
    this.root = join(this.#base, 'repository')
    mkdirSync(this.root)
    for (const [path, text] of Object.entries(files)) this.write(path, text)
  }

  get stateDirectory(): string {
    return join(this.#base, 'state')
  }

  write(path: string, text: string): void {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Runs kindling to its end. */
  async kindling(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended
  }

  /** Starts kindling, to be watched and interrupted. */
  start(...args: readonly string[]): RunningCommand {
    return this.node([bin, ...args])
  }

  /** Starts a program of JavaScript, in a directory of the project. */
  node(args: readonly string[], directory = '.'): RunningCommand {
    const child = spawn(process.execPath, args, {
      cwd: join(this.root, directory),
      env: { ...process.env, ...plainCi, KINDLING_STATE_DIR: this.stateDirectory, ...this.env },
      stdio: [args.includes('--hold') ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    const running = new RunningCommand(child)
    this.#running.add(running)
    return running
  }

  /** Resolves when a reaper has done its work on an environment of the project. */
  async reaped(): Promise<void> {
    const directory = join(this.stateDirectory, 'reaped')
    while (!existsSync(directory) || readdirSync(directory).length === 0) await sleep(50)
  }

  /** Every file and directory of the project, and of the state directory if it is there. */
  everything(): string[] {
    return readdirSync(this.#base, { recursive: true }).map(String).sort()
  }

  #built(): string[] {
    const file = join(this.stateDirectory, 'built-images-podman.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : []
  }

  #environments(): string[] {
    const directory = join(this.stateDirectory, 'environments')
    if (!existsSync(directory)) return []
    return readdirSync(directory)
      .map((id) => join(directory, id, 'record.json'))
      .filter((file) => existsSync(file))
      .map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { environment: string }).environment)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#running) running.signal('SIGKILL')
    await Promise.all([...this.#running].map(({ ended }) => ended))
    // After a test that failed half-way: what it left up would be in the way of all that follow.
    for (const environment of this.#environments()) await this.kindling('down', environment)
    // What was built is its maker's to keep, and here that is nobody.
    for (const reference of this.#built()) spawnSync('podman', ['rmi', reference], { stdio: 'ignore' })
    rmSync(this.#base, { recursive: true, force: true })
  }
}

/** A kindling that runs. */
export class RunningCommand {
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  readonly #output = { stdout: '', stderr: '' }

  constructor(child: ChildProcess) {
    this.#child = child
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this.#output[stream] += stripVTControlCharacters(text)
      })
    }
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...this.#output }))
    })
  }

  /** Resolves when standard error holds a match; rejects with what was printed when the command ends before. */
  until(pattern: RegExp): Promise<void> {
    return this.#until('stderr', pattern)
  }

  /** The same with standard output. */
  untilOutput(pattern: RegExp): Promise<void> {
    return this.#until('stdout', pattern)
  }

  async #until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = () => pattern.test(this.#output[stream]) && resolve()
      this.#child[stream]?.on('data', look)
      look()
      this.ended.then(
        ({ stdout, stderr }) => reject(new Error(`ended without printing ${pattern}:\n${stdout}${stderr}`)),
        reject,
      )
    })
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.#output.stdout
  }

  get stderr(): string {
    return this.#output.stderr
  }

  /** Ends its standard input, after a last word. */
  letGo(word = ''): void {
    this.#child.stdin?.end(word)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#child.exitCode === null) this.#child.kill(signal)
  }
}
