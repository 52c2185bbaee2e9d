import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Every `docker` program on the PATH, by its real path. */
export function dockerPrograms(): string[] {
  return [...new Set(onPath('docker').map((file) => realpathSync(file)))]
}

/** How this machine can have a docker daemon: one runs, one can be started, or why there is none. */
export type DockerSource = 'running' | 'startable' | { readonly missing: string }

export function dockerSource(): DockerSource {
  const [program] = dockerPrograms()
  if (program === undefined) return { missing: 'docker is not installed' }
  if (spawnSync(program, ['version'], { stdio: 'ignore', timeout: 20_000 }).status === 0) return 'running'
  if (onPath('dockerd').length === 0)
    return { missing: 'no docker daemon answers, and dockerd is not installed' }
  if (process.getuid?.() !== 0) return { missing: 'no docker daemon answers, and only root can start one' }
  return 'startable'
}

/** A docker daemon for tests. */
export interface DockerDaemon extends AsyncDisposable {
  /** Variables that lead the program to it. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * The daemon that runs already, or one of the tests' own: with its own storage, and its own namespaces of network and
 * mounts, so that the host sees no bridge, firewall rule or mount of it.
 */
export async function dockerDaemon(source: 'running' | 'startable'): Promise<DockerDaemon> {
  if (source === 'running') return { env: {}, [Symbol.asyncDispose]: async () => {} }
  const directory = mkdtempSync(join(tmpdir(), 'kindling-dockerd-'))
  const socket = join(directory, 'docker.sock')
  const log = join(directory, 'log')
  const logFile = openSync(log, 'w')
  const options = [
    ...['--host', `unix://${socket}`, '--pidfile', join(directory, 'pid')],
    ...['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec')],
    ...['--iptables=false', '--ip6tables=false'],
  ]
  const daemon = spawn('unshare', ['--net', '--mount', '--', onPath('dockerd')[0] ?? 'dockerd', ...options], {
    stdio: ['ignore', logFile, logFile],
  })
  const env = { DOCKER_HOST: `unix://${socket}` }
  const endNow = () => void daemon.kill()
  process.once('exit', endNow)
  const dispose = async () => {
    await end(daemon)
    process.off('exit', endNow)
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await answers(daemon, socket, env, log)
  } catch (error) {
    await dispose()
    throw error
  }
  return { env, [Symbol.asyncDispose]: dispose }
}

async function answers(
  daemon: ChildProcess,
  socket: string,
  env: Readonly<Record<string, string>>,
  log: string,
): Promise<void> {
  const [program = 'docker'] = dockerPrograms()
  const isThere = () =>
    existsSync(socket) &&
    spawnSync(program, ['version'], { stdio: 'ignore', env: { ...process.env, ...env } }).status === 0
  while (!isThere()) {
    if (daemon.exitCode !== null || daemon.signalCode !== null) {
      throw new Error(`dockerd does not start here:\n${readFileSync(log, 'utf8').slice(-2_000)}`)
    }
    await sleep(50)
  }
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const ended = new Promise((resolve) => daemon.once('exit', resolve))
  daemon.kill('SIGTERM')
  await ended
}

function onPath(program: string): string[] {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return directories.map((directory) => join(directory, program)).filter(existsSync)
}
