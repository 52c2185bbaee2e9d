import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { localServer } from './local-server.ts'

const debianPackage = 'docker-registry'

/** The program of the registry that everybody's registry began with, or why it cannot be had here. */
export type RegistrySource = { readonly program: string } | { readonly missing: string }

/** Takes it out of its Debian package, once for all; to install the package would start it as a service. */
export function registrySource(): RegistrySource {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kindling-test')
  const unpacked = join(cache, debianPackage)
  const program = join(unpacked, 'usr', 'bin', 'docker-registry')
  if (existsSync(program)) return { program }
  mkdirSync(cache, { recursive: true })
  const unfinished = mkdtempSync(`${unpacked}-`)
  try {
    const run = (...[name = '', ...args]: string[]) =>
      spawnSync(name, args, { encoding: 'utf8', cwd: unfinished, timeout: 120_000 })
    const { status, error, stderr } = run('apt-get', 'download', debianPackage)
    if (status !== 0) {
      return { missing: `apt-get does not give ${debianPackage}: ${error?.message ?? stderr.trim()}` }
    }
    const [archive = ''] = readdirSync(unfinished)
    const extracted = run('dpkg-deb', '--extract', archive, '.')
    if (extracted.status !== 0)
      return { missing: `${archive} cannot be unpacked: ${extracted.stderr.trim()}` }
    renameSync(unfinished, unpacked)
    return { program }
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** A registry without TLS on 127.0.0.1, and with nothing in it. */
export interface Registry extends AsyncDisposable {
  readonly port: number
  /** `127.0.0.1:port`. */
  readonly host: string
}

export async function startRegistry(program: string): Promise<Registry> {
  const directory = mkdtempSync(join(tmpdir(), 'kindling-registry-'))
  const config = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'data') } },
    http: { addr: '127.0.0.1:0', secret: 'none' },
  }
  const file = join(directory, 'config.yml')
  writeFileSync(file, JSON.stringify(config))
  const registry = spawn(program, ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const endNow = () => void registry.kill()
  process.once('exit', endNow)
  const dispose = async () => {
    await end(registry)
    process.off('exit', endNow)
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    const port = await portOf(registry)
    return { port, host: `127.0.0.1:${port}`, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

function portOf(registry: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = ''
    registry.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(log)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    registry.on('error', reject)
    registry.on('exit', () => reject(new Error(`the registry does not start here:\n${log.slice(-2_000)}`)))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await ended
}

/** What stands before a registry and turns some requests away. */
export interface Gate {
  /** `127.0.0.1:port`. */
  readonly host: string
  /** How often it answered in the registry's place. */
  readonly refusals: () => number
}

/** Answers the next `times` requests whose method and path match with a status instead of passing them on. */
export async function gateBefore(
  { port }: Registry,
  { status, times, what }: { readonly status: number; readonly times: number; readonly what: RegExp },
): Promise<Gate> {
  let refusals = 0
  const gatePort = await localServer((incoming, outgoing) => {
    if (refusals < times && what.test(`${incoming.method} ${incoming.url}`)) {
      refusals++
      incoming.resume()
      outgoing.writeHead(status, { 'content-type': 'text/plain', connection: 'close' })
      outgoing.end('not now')
      return
    }
    const { method, url: path, headers } = incoming
    const passed = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  return { host: `127.0.0.1:${gatePort}`, refusals: () => refusals }
}
