import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { labels } from '../labels.ts'
import type { Podman } from './podman.ts'

/**
 * A build that was killed leaves its working containers behind, without any label podman shows. The state file of
 * such a container (`buildah.json`, written by buildah since its first release) holds the labels the image was to
 * get; a container is ours only if ours is among them.
 */
async function findWorkingContainers(podman: Podman, environment: string): Promise<string[]> {
  const { stdout } = await podman.run([
    'ps',
    '--all',
    '--external',
    '--no-trunc',
    '--format',
    '{{.ID}} {{.Status}}',
  ])
  const candidates = stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, status]) => status === 'Storage')
    .map(([id = '']) => id)
  if (candidates.length === 0) return []
  const root = (await podman.run(['info', '--format', '{{.Store.GraphRoot}}\n{{.Store.GraphDriverName}}']))
    .stdout
  const [graphRoot = '', driver = ''] = root.split('\n')
  return candidates.filter((id) => {
    const file = join(graphRoot, `${driver}-containers`, id, 'userdata', 'buildah.json')
    return existsSync(file) && carries(readFileSync(file, 'utf8'), labels.environment, environment)
  })
}

/** Whether a JSON text has this pair anywhere, also within strings that are JSON themselves, as buildah nests them. */
function carries(text: string, name: string, value: string): boolean {
  const flat = text.replaceAll('\\', '')
  return flat.includes(`"${name}":"${value}"`)
}

/** Removes the working containers of an environment's builds; no build of it may be running. Returns their ids. */
export async function removeWorkingContainers(
  podman: Podman,
  environment: string,
): Promise<readonly string[]> {
  const ids = await findWorkingContainers(podman, environment)
  for (const id of ids) await podman.run(['rm', '--force', id], { okExitCodes: [0, 1] })
  return ids
}
