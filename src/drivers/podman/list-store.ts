import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isSamePlatform } from '../../util/platform.ts'
import type { CallOptions } from '../container-engine.ts'
import type { Podman } from './podman.ts'
import { tlsArgs } from './registry-args.ts'

const name = 'localhost/kindling/list:1'

interface List {
  readonly manifests:
    | readonly {
        readonly digest: string
        readonly platform: {
          readonly os?: string
          readonly architecture?: string
          readonly variant?: string
        }
      }[]
    | null
}

/** Not where `TMPDIR` says: podman takes no path above 50 characters for a part of a storage. */
const place = '/tmp'

function prefix(owner: string): string {
  return `kindling-${createHash('sha256').update(owner).digest('hex').slice(0, 8)}.`
}

/** Hands out an empty list that lives as long as it is used. */
export async function withList<T>(
  podman: Podman,
  owner: string,
  options: CallOptions,
  use: (list: ListStore) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(place, prefix(owner)))
  try {
    const list = new ListStore(podman, directory)
    await list.create(options)
    return await use(list)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Removes what is left of lists of an owner that was killed. */
export function removeLists(owner: string): void {
  for (const name of readdirSync(place)) {
    if (name.startsWith(prefix(owner))) rmSync(join(place, name), { recursive: true, force: true })
  }
}

/**
 * One list of an image's platforms, in a storage of its own: as long as there is a list beside the images, podman can
 * list none of them any more, for anybody on the machine (containers/podman#19757). It holds no layers.
 */
class ListStore {
  readonly #podman: Podman
  readonly #storage: readonly string[]

  constructor(podman: Podman, directory: string) {
    const [root, runroot, temporary] = ['root', 'run', 'tmp'].map((part) => join(directory, part))
    this.#podman = podman
    this.#storage = [
      ...['--root', root ?? '', '--runroot', runroot ?? '', '--tmpdir', temporary ?? ''],
      ...['--storage-driver', 'vfs'],
    ]
  }

  async create(options: CallOptions): Promise<void> {
    await this.#run(['create', name], options)
  }

  /** Adds an image that a registry has; of an image for several platforms, all. Reads no layers. */
  async add(reference: string, options: CallOptions): Promise<void> {
    await this.#run(['add', '--all', ...tlsArgs(reference), name, `docker://${reference}`], options)
  }

  /** Digest of the image for a platform. */
  async digestFor(platform: string, options: CallOptions): Promise<string | undefined> {
    const { stdout } = await this.#run(['inspect', name], { ...options, isData: true })
    const { manifests } = JSON.parse(stdout) as List
    return manifests?.find(({ platform: { os, architecture, variant } }) =>
      isSamePlatform([os, architecture, variant].filter(Boolean).join('/'), platform),
    )?.digest
  }

  /** Uploads the list to where its images are. */
  async push(target: string, options: CallOptions): Promise<void> {
    await this.#run(['push', '--format', 'oci', ...tlsArgs(target), name, `docker://${target}`], options)
  }

  #run(args: readonly string[], options: CallOptions & { readonly isData?: boolean }) {
    return this.#podman.run([...this.#storage, 'manifest', ...args], options)
  }
}
