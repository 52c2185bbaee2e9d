import { existsSync } from 'node:fs'
import { CommandError } from '../../exec/command-error.ts'
import type { Exec } from '../../exec/exec.ts'
import { type EngineProblem, isOlder } from '../podman/open-podman.ts'
import { Docker, type DockerSettings } from './docker.ts'

/** The oldest docker Kindling knows to work: the one of Debian 12. */
export const oldestDocker = '20.10.0'

export interface OpenedDocker {
  readonly docker: Docker
  /** Of the daemon, which does the work. */
  readonly version: string
  /** Directory of the images, unless that is on another machine. */
  readonly storage?: string
}

export type OpenDockerResult = { readonly opened: OpenedDocker } | { readonly problem: EngineProblem }

interface Server {
  readonly Version: string
  readonly Components?: readonly { readonly Name: string }[]
}

/** Finds docker and makes sure that its daemon, here or wherever `DOCKER_HOST` and contexts lead, answers. */
export async function openDocker(
  exec: Exec,
  options: { readonly signal?: AbortSignal; readonly settings?: DockerSettings } = {},
): Promise<OpenDockerResult> {
  const docker = new Docker(exec, options.settings)
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  try {
    const { stdout } = await docker.run(['version', '--format', '{{json .Server}}'], {
      ...signal,
      isData: true,
    })
    const server = JSON.parse(stdout) as Server | null
    // `podman-docker` puts podman in docker's place, without any server.
    if (server === null) return { problem: isPodman }
    const problem = problemOf(server)
    if (problem !== undefined) return { problem }
    return { opened: { docker, version: server.Version, ...(await storageOf(docker, signal)) } }
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason === 'cancelled') throw error
    return { problem: error.reason === 'spawn' ? notFound : await unreachable(docker, error) }
  }
}

/** The daemon names its directory on whatever machine it is; only on this one is it of use. */
async function storageOf(
  docker: Docker,
  signal: { readonly signal?: AbortSignal },
): Promise<Pick<OpenedDocker, 'storage'>> {
  const info = await docker.run(['info', '--format', '{{.DockerRootDir}}'], { ...signal, isData: true })
  const storage = info.stdout.trim()
  return existsSync(storage) ? { storage } : {}
}

const notFound: EngineProblem = {
  code: 'E_ENGINE_NOT_FOUND',
  message: 'docker is not installed, or not on the PATH',
  hint: `install docker ${oldestDocker} or newer (Debian, Ubuntu: apt-get install docker.io)`,
}

const isPodman: EngineProblem = {
  code: 'E_ENGINE_UNUSABLE',
  message: 'what answers as docker here is podman',
  hint: 'use the engine podman itself',
}

function problemOf(server: Server): EngineProblem | undefined {
  if (server.Components?.some(({ Name }) => Name === 'Podman Engine')) return isPodman
  const version = /^\d+\.\d+\.\d+/.exec(server.Version)?.[0]
  // A build of somebody's own has no such number; what it can do will show.
  if (version === undefined || !isOlder(version, oldestDocker)) return undefined
  return {
    code: 'E_ENGINE_TOO_OLD',
    message: `docker ${version} is too old`,
    hint: `install docker ${oldestDocker} or newer`,
  }
}

async function unreachable(docker: Docker, { tail, message }: CommandError): Promise<EngineProblem> {
  const address = await addressOf(docker)
  return {
    code: 'E_ENGINE_UNUSABLE',
    message: `docker is installed, but its daemon${address === undefined ? '' : ` at ${address}`} cannot be reached`,
    hint: /permission denied/i.test(tail)
      ? 'this user may not use the daemon: add it to the group `docker`, or use docker without root'
      : 'start the daemon (systemctl start docker), or correct DOCKER_HOST or the context (`docker context ls`)',
    detail: tail || message,
  }
}

/** Where the program looks for the daemon, by `DOCKER_HOST`, `DOCKER_CONTEXT` or its own configuration. */
async function addressOf(docker: Docker): Promise<string | undefined> {
  try {
    const { stdout } = await docker.run(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'])
    return stdout.trim() || undefined
  } catch (error) {
    if (error instanceof CommandError && error.reason !== 'cancelled') return undefined
    throw error
  }
}
