import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { commandLines } from '../../exec/command-lines.ts'
import type { Podman } from './podman.ts'

/**
 * What a build says of whose it is, as the value of `--secret`. A build that is killed leaves working containers
 * behind, on which podman shows no label. Their state file (`buildah.json`) holds the options of the build, and of
 * those a secret that no instruction mounts is the one that changes nothing in the image or its cache.
 */
export function ownerMark(owner: string): string {
  return `id=dev.kindling.owner.${owner},src=/dev/null`
}

/** How buildah, and so podman, names the containers that builds work in. */
const workingName = /-working-container(-\d+)?$/

/** Whether a build may be going on, anybody's; one that is asked for by podman's service cannot be told from others. */
function isSomebodyBuilding(): boolean {
  return commandLines().some(
    ([program = '', ...args]) =>
      /^(podman|buildah)$/.test(basename(program)) &&
      ['build', 'bud', 'from', 'service'].some((verb) => args.includes(verb)),
  )
}

async function findWorkingContainers(
  podman: Podman,
  owner: string,
  isBuilding: () => boolean,
): Promise<string[]> {
  const { stdout } = await podman.run(
    ['ps', '--all', '--external', '--no-trunc', '--format', '{{.ID}} {{.Status}} {{.Names}}'],
    { isData: true },
  )
  const candidates = stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, status]) => status === 'Storage')
    .map(([id = '', , name = '']) => ({ id, name }))
  if (candidates.length === 0) return []
  const root = (
    await podman.run(['info', '--format', '{{.Store.GraphRoot}}\n{{.Store.GraphDriverName}}'], {
      isData: true,
    })
  ).stdout
  const [graphRoot = '', driver = ''] = root.split('\n')
  const isOurs = ({ id, name }: { readonly id: string; readonly name: string }) => {
    // A pod's: podman has forgotten it, and could not remove it from a full disk. Whoever needs its name next would fail.
    if (name.startsWith(`${owner}-`)) return true
    const directory = join(graphRoot, `${driver}-containers`, id)
    const state = stateIn(directory)
    // On a full disk none could be written: a build that has come no further, or never will, is all that it can belong to.
    // Only by the name that builds give is it one of a build at all: CRI-O may have its containers in the same storage.
    if (state === undefined) return workingName.test(name) && existsSync(directory) && !isBuilding()
    return state.includes(`"${ownerMark(owner)}"`)
  }
  return candidates.filter(isOurs).map(({ id }) => id)
}

/** What a build has written of a container that it works in; absent when it is not there or not whole. */
function stateIn(directory: string): string | undefined {
  const file = join(directory, 'userdata', 'buildah.json')
  if (!existsSync(file)) return undefined
  const state = readFileSync(file, 'utf8')
  try {
    JSON.parse(state)
    return state
  } catch {
    return undefined
  }
}

/**
 * Removes the containers of an owner that are in podman's storage alone: the working containers of its builds, and what
 * podman has lost of its pods; and those of builds that no build can go on with. Nothing of the owner may be running.
 * Returns their ids.
 */
export async function removeWorkingContainers(
  podman: Podman,
  owner: string,
  isBuilding: () => boolean = isSomebodyBuilding,
): Promise<readonly string[]> {
  await removeHalfWrittenImages(podman)
  const ids = await findWorkingContainers(podman, owner, isBuilding)
  for (const id of ids) await podman.run(['rm', '--force', id], { okExitCodes: [0, 1] })
  return ids
}

/** So many images one storage can hardly have; the loop must end even if removing one does not help. */
const mostHalfWritten = 20

/**
 * Removes images without a manifest: podman was killed while it wrote them, nobody can use them, and podman cannot
 * list any image until they are gone, as it says itself.
 */
async function removeHalfWrittenImages(podman: Podman): Promise<void> {
  for (let count = 0; count < mostHalfWritten; count++) {
    const { stderr } = await podman.run(['images', '--all', '--quiet'], {
      isData: true,
      okExitCodes: [0, 125],
    })
    const id = /locating item named "manifest" for image with ID "([0-9a-f]{64})"/.exec(stderr)?.[1]
    if (id === undefined) return
    await podman.run(['rmi', '--force', id], { okExitCodes: [0, 1, 2, 125] })
  }
}
