import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CommandError } from '../../exec/command-error.ts'
import type { Exec } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import { containersConf, parseProcessLimits } from './containers-conf.ts'
import { Podman } from './podman.ts'
import { findDnsProblem, podmanFacts } from './podman-facts.ts'
import { type ProbeResult, probePodman } from './probe.ts'
import { adviseOnProbe } from './probe-advice.ts'

/** The oldest podman Kindling knows to work: the one of Debian 12. */
export const oldestPodman = '4.3.0'

/** A podman that does not answer a simple question by then hangs, milliseconds. */
const questionTimeoutMs = 60_000

/** Files of this host's state that the engine's settings are remembered in; given in so that drivers need no state. */
export interface EngineMemory {
  /** Where a private containers.conf may be written. */
  readonly confFile: string
  read(): RememberedEngine | undefined
  write(text: string, to: 'conf' | 'memory'): void
}

/** The result of the last probe, valid as long as `key` is the same. */
export interface RememberedEngine {
  readonly key: string
  readonly usesPrivateConf: boolean
  /** Why the stock configuration does not do, as the person is told. */
  readonly reason?: string
  /** Directory of the images, unless that is on another machine. */
  readonly storage?: string
}

export interface OpenedPodman {
  readonly podman: Podman
  readonly version: string
  /** Directory of the images, unless that is on another machine. */
  readonly storage?: string
  /** Present when the machine's own configuration cannot start containers and a private one is used instead. */
  readonly workaround?: string
}

/** Why there is no usable podman: in a sentence, with the cure and the tool's own words. */
export interface EngineProblem {
  readonly code: 'E_ENGINE_NOT_FOUND' | 'E_ENGINE_TOO_OLD' | 'E_ENGINE_UNUSABLE'
  readonly message: string
  readonly hint: string
  readonly detail?: string
}

export type OpenResult = { readonly opened: OpenedPodman } | { readonly problem: EngineProblem }

/**
 * Finds podman and makes sure, by trying, that it can run containers here; where its configuration prevents it, a
 * private one is derived from the machine's real limits. The result is remembered until podman, its configuration,
 * the limits or the boot change; `fresh` tries again in any case.
 */
export async function openPodman(
  exec: Exec,
  memory: EngineMemory,
  options: { readonly signal?: AbortSignal; readonly fresh?: boolean } = {},
): Promise<OpenResult> {
  const stock = new Podman(exec)
  const call: CallOptions = {
    timeoutMs: questionTimeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  const version = await podmanVersion(stock, call)
  if (version === undefined) {
    return {
      problem: {
        code: 'E_ENGINE_NOT_FOUND',
        message: 'podman is not installed, or not on the PATH',
        hint: 'install podman 4.3 or newer (Debian, Ubuntu: apt-get install podman; Fedora: dnf install podman)',
      },
    }
  }
  if (isOlder(version, oldestPodman)) {
    return {
      problem: {
        code: 'E_ENGINE_TOO_OLD',
        message: `podman ${version} is too old`,
        hint: `install podman ${oldestPodman} or newer`,
      },
    }
  }

  const key = settingsKey(version)
  const remembered = options.fresh === true ? undefined : memory.read()
  if (remembered?.key === key && (!remembered.usesPrivateConf || existsSync(memory.confFile))) {
    return { opened: openWith(exec, memory, version, remembered) }
  }
  const found = await findSettings(exec, stock, memory, options.signal)
  if ('problem' in found) return found
  const facts = await podmanFacts(found.podman, call)
  const dns = findDnsProblem(facts)
  if (dns !== undefined) return { problem: { code: 'E_ENGINE_UNUSABLE', ...dns } }
  const storage = facts.isRemote || facts.storage === '' ? {} : { storage: facts.storage }
  const remember = { ...found.remember, ...storage, key }
  memory.write(JSON.stringify(remember), 'memory')
  return { opened: openWith(exec, memory, version, remember) }
}

type Settings = { readonly podman: Podman; readonly remember: Omit<RememberedEngine, 'key'> }

async function findSettings(
  exec: Exec,
  stock: Podman,
  memory: EngineMemory,
  signal: AbortSignal | undefined,
): Promise<Settings | { readonly problem: EngineProblem }> {
  const first = await probePodman(stock, signal)
  if (first.works) return { podman: stock, remember: { usesPrivateConf: false } }
  memory.write(containersConf(parseProcessLimits(readIfThere('/proc/self/limits'))), 'conf')
  const own = new Podman(exec, { containersConf: memory.confFile })
  const second = await probePodman(own, signal)
  const reason = adviseOnProbe(first.output).cause
  if (second.works) return { podman: own, remember: { usesPrivateConf: true, reason } }
  return { problem: unusable(second) }
}

function unusable(probe: ProbeResult & { works: false }): EngineProblem {
  const { cause, cure } = adviseOnProbe(probe.output)
  return {
    code: 'E_ENGINE_UNUSABLE',
    message: `podman cannot ${probe.stage === 'build' ? 'build an image' : 'start a container'} here: ${cause}`,
    hint: cure,
    detail: probe.output,
  }
}

function openWith(
  exec: Exec,
  memory: EngineMemory,
  version: string,
  { usesPrivateConf, reason, ...known }: RememberedEngine,
): OpenedPodman {
  const storage = known.storage === undefined ? {} : { storage: known.storage }
  if (!usesPrivateConf) return { podman: new Podman(exec), version, ...storage }
  return {
    podman: new Podman(exec, { containersConf: memory.confFile }),
    version,
    ...storage,
    workaround: reason ?? 'the stock configuration cannot start a container',
  }
}

async function podmanVersion(podman: Podman, options: CallOptions): Promise<string | undefined> {
  try {
    const { stdout } = await podman.run(['--version'], options)
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0]
  } catch (error) {
    if (error instanceof CommandError && error.reason === 'spawn') return undefined
    throw error
  }
}

/** Everything that may change the answer; the boot id also stands for a machine restored from an image. */
function settingsKey(version: string): string {
  const files = [
    process.env.CONTAINERS_CONF ?? '',
    '/usr/share/containers/containers.conf',
    '/etc/containers/containers.conf',
    join(homedir(), '.config/containers/containers.conf'),
  ]
  return [
    version,
    process.env.CONTAINERS_CONF,
    ...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? '-'),
    ...['/usr/bin/runc', '/usr/bin/crun'].map((file) => existsSync(file)),
    readIfThere('/proc/sys/kernel/random/boot_id').trim(),
    JSON.stringify(parseProcessLimits(readIfThere('/proc/self/limits'))),
  ].join('|')
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Compares dotted versions of three numbers. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (const [index, number] of a.entries()) {
    if (number !== (b[index] ?? 0)) return number < (b[index] ?? 0)
  }
  return false
}
