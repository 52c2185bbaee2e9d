import type { Exec } from '../exec/exec.ts'
import type { BuildRules } from './docker/build-files.ts'
import { DockerImages } from './docker/images.ts'
import { type OpenedDocker, openDocker } from './docker/open-docker.ts'
import { PodmanImages } from './podman/images.ts'
import { type EngineMemory, type EngineProblem, type OpenedPodman, openPodman } from './podman/open-podman.ts'

/** The engines there are, in the order in which they are tried. */
export const engineNames = ['podman', 'docker'] as const

export type EngineName = (typeof engineNames)[number]

/** An engine that can be used here, as one for images and as what else it is. */
export type OpenedEngine =
  | ({ readonly name: 'podman'; readonly engine: PodmanImages } & OpenedPodman)
  | ({ readonly name: 'docker'; readonly engine: DockerImages } & OpenedDocker)

/** Why an engine is not used. */
export interface EngineRefusal {
  readonly name: EngineName
  readonly problem: EngineProblem
}

/** `refused` has those that come before the opened one, or all of them. */
export type OpenEngineResult =
  | { readonly opened: OpenedEngine; readonly refused: readonly EngineRefusal[] }
  | { readonly opened?: undefined; readonly refused: readonly EngineRefusal[] }

export interface OpenEngineOptions {
  /** The one engine that is wanted, by `--engine` or `KINDLING_ENGINE`; without it, the first that can be used. */
  readonly preference?: EngineName | undefined
  /** Podman's settings on this host. */
  readonly memory: EngineMemory
  readonly rules: BuildRules
  /** Tries again what is remembered to work. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
}

/** Finds an engine, one for the whole run (I6). Where there is none, it says of each why. */
export async function openEngine(exec: Exec, options: OpenEngineOptions): Promise<OpenEngineResult> {
  const refused: EngineRefusal[] = []
  const names = options.preference === undefined ? engineNames : [options.preference]
  for (const name of names) {
    const result = await open[name](exec, options)
    if ('opened' in result) return { opened: result.opened, refused }
    refused.push({ name, problem: result.problem })
  }
  return { refused }
}

type Open = (
  exec: Exec,
  options: OpenEngineOptions,
) => Promise<{ readonly opened: OpenedEngine } | { readonly problem: EngineProblem }>

const open: Readonly<Record<EngineName, Open>> = {
  podman: async (exec, { memory, fresh, signal }) => {
    const result = await openPodman(exec, memory, {
      ...(fresh === undefined ? {} : { fresh }),
      ...(signal === undefined ? {} : { signal }),
    })
    if ('problem' in result) return { problem: namingRemote(result.problem) }
    return { opened: { name: 'podman', engine: new PodmanImages(result.opened.podman), ...result.opened } }
  },
  docker: async (exec, { rules, signal }) => {
    const result = await openDocker(exec, signal === undefined ? {} : { signal })
    if ('problem' in result) return result
    return {
      opened: { name: 'docker', engine: new DockerImages(result.opened.docker, rules), ...result.opened },
    }
  },
}

/** podman works on another machine wherever this variable leads, and does not say so. */
function namingRemote(problem: EngineProblem): EngineProblem {
  const remote = process.env.CONTAINER_HOST
  if (remote === undefined || problem.code !== 'E_ENGINE_UNUSABLE') return problem
  return {
    ...problem,
    message: `the podman at ${remote} (CONTAINER_HOST) cannot be used: ${problem.message}`,
    hint: `check that CONTAINER_HOST is right and a podman service listens there; ${problem.hint}`,
  }
}
