import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { findKind } from '../drivers/kind/find-kind.ts'
import { Kind } from '../drivers/kind/kind.ts'
import { CommandError } from '../exec/command-error.ts'
import type { Exec } from '../exec/exec.ts'
import { formatBytes } from '../util/bytes.ts'
import type { Host, OpenEngine } from './host.ts'
import { OperationError } from './operation-error.ts'
import { freeBytes, leastFreeBytes } from './run/disk-budget.ts'

/** One thing that was looked at. */
export interface Check {
  readonly name: string
  /** `absent` is what only some environments need. */
  readonly status: 'ok' | 'warning' | 'problem' | 'absent'
  /** What was found, in a sentence. */
  readonly text: string
  /** What to do about it. */
  readonly cure?: string
  /** The tool's own words. */
  readonly detail?: string
}

const gibibyte = 2 ** 30
/** Below this, a handful of images fills the disk (M2). */
const amplyFreeBytes = 5 * gibibyte
const oldestNode = [20, 19]

/** Looks at everything a run depends on, by trying it where that is possible. */
export async function examine(host: Host, signal: AbortSignal): Promise<readonly Check[]> {
  const exec = host.exec()
  const checks = [checkNode()]
  const opened = await tryOpen(host, signal)
  checks.push(...opened.checks)
  if (opened.engine !== undefined) checks.push(checkDisk(opened.engine))
  checks.push(checkMachine(), await checkRedirects(exec), await checkGit(exec))
  checks.push(await checkKind(host, exec), ...(await checkOptional(exec)))
  return checks
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = oldestNode
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) {
    return { name: 'Node', status: 'ok', text: process.versions.node }
  }
  return {
    name: 'Node',
    status: 'problem',
    text: `${process.versions.node} is too old`,
    cure: `install Node ${oldestNode.join('.')} or newer`,
  }
}

async function tryOpen(
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly checks: Check[]; readonly engine?: OpenEngine }> {
  try {
    const engine = await host.openPodman(host.exec(), { signal, fresh: true })
    const checks: Check[] = [
      { name: 'podman', status: 'ok', text: `${engine.version}; an image was built and a container ran` },
    ]
    if (engine.workaround !== undefined) {
      checks.push({
        name: 'podman settings',
        status: 'warning',
        text: `podman cannot start a container here with its own settings: ${engine.workaround}`,
        cure: `none needed: kindling uses settings of its own (CONTAINERS_CONF=${host.stateDirectory}/podman/containers.conf); yours are unchanged`,
      })
    }
    return { checks, engine }
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    const { message, hint, detail } = error
    const check = { name: 'podman', status: 'problem' as const, text: message, cure: hint }
    return { checks: [{ ...check, ...(detail === undefined ? {} : { detail }) }] }
  }
}

function checkDisk({ storage }: OpenEngine): Check {
  const free = storage === undefined ? undefined : freeBytes(storage)
  if (free === undefined) return { name: 'disk', status: 'ok', text: 'the images are on another machine' }
  const text = `${formatBytes(free)} free for images in ${storage}`
  if (free >= amplyFreeBytes) return { name: 'disk', status: 'ok', text }
  const cure = '`podman system df` shows what takes the space'
  return { name: 'disk', status: free < leastFreeBytes ? 'problem' : 'warning', text, cure }
}

function checkMachine(): Check {
  const memory = (totalmem() / gibibyte).toFixed(1)
  return {
    name: 'machine',
    status: 'ok',
    text: `${availableParallelism()} processors, ${memory} GiB of memory`,
  }
}

/** Only Services whose port differs from their pods' need these two. */
async function checkRedirects(exec: Exec): Promise<Check> {
  const missing: string[] = []
  for (const program of ['nsenter', 'iptables']) if (!(await runs(exec, program))) missing.push(program)
  const name = 'ports of Services'
  if (missing.length === 0) return { name, status: 'ok', text: 'nsenter and iptables are there' }
  return {
    name,
    status: 'warning',
    text: `${missing.join(' and ')} not found: a Service whose port differs from its targetPort cannot be served`,
    cure: 'install util-linux and iptables',
  }
}

async function checkGit(exec: Exec): Promise<Check> {
  if (await runs(exec, 'git')) return { name: 'git', status: 'ok', text: 'tags name the commit' }
  return {
    name: 'git',
    status: 'warning',
    text: 'not found: tags will not name the commit',
    cure: 'install git',
  }
}

async function checkKind(host: Host, exec: Exec): Promise<Check> {
  const settings = {
    engine: { name: 'podman', variables: {} },
    kubeconfig: join(host.stateDirectory, 'kind-kubeconfig'),
  } as const
  const found = await findKind(new Kind(exec, settings))
  if (found.problem === undefined)
    return { name: 'kind', status: 'ok', text: found.version ?? 'a build without a version' }
  const { code, message: text, hint: cure } = found.problem
  if (code !== 'E_KIND_NOT_FOUND') return { name: 'kind', status: 'warning', text, cure }
  return { name: 'kind', status: 'absent', text: 'only environments on Kind need it', cure }
}

/** What only some repositories need: any of these programs, and for what. */
const optional = [
  { programs: ['skopeo'], use: 'with podman, it saves sending whole images into Kind nodes' },
  { programs: ['kustomize', 'kubectl'], use: 'only services with `kustomize` need one of them' },
  { programs: ['helm'], use: 'only services with `helm` need it' },
] as const

async function checkOptional(exec: Exec): Promise<Check[]> {
  return Promise.all(
    optional.map(async ({ programs, use }): Promise<Check> => {
      for (const program of programs) {
        if (await runs(exec, program)) return { name: program, status: 'ok', text: 'is there' }
      }
      const cure = `install ${programs.join(' or ')}`
      return { name: programs.join(', '), status: 'absent', text: use, cure }
    }),
  )
}

async function runs(exec: Exec, program: string): Promise<boolean> {
  try {
    await exec.run({ program, args: ['--version'] })
    return true
  } catch (error) {
    if (error instanceof CommandError) return error.reason !== 'spawn'
    throw error
  }
}
